// Charts as SVG texts. Colours are variables of the page's style sheet, so that one chart serves on a
// dark page and on a light one.
import { init, setPlatformAPI } from 'echarts';
import { sizeText } from '../cases.mjs';
import { costsBySize } from '../cost.mjs';
import { mainShare, time } from '../table.mjs';

const WIDTH = 860;
const COLOURS = 6;
const colour = (at) => `var(--series-${(at % COLOURS) + 1})`;
const text = { color: 'currentColor', fontSize: 12 };
const quiet = { animation: false, silent: true, emphasis: { disabled: true } };

// Nobody measures texts before a browser has the page: rather too wide than one over another.
setPlatformAPI({ measureText: (said) => ({ width: 7.5 * said.length }) });

function draw(height, option) {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  chart.setOption({ animation: false, textStyle: text, ...option });
  const svg = chart.renderToSVGString();
  // Its timers would keep the process.
  chart.dispose();
  return svg;
}

const axis = (name, more) => ({
  name,
  nameLocation: 'middle',
  nameGap: 30,
  nameTextStyle: text,
  axisLabel: text,
  axisLine: { show: true, lineStyle: { color: 'var(--line)' } },
  splitLine: { lineStyle: { color: 'var(--grid)' } },
  ...more,
});

/** What is left of a case's name when the question's is not said again. */
const shortName = ({ id, question }) => id.slice(question.length).replace(/^[: ]+/, '');

/** From the 5th to the 95th percentile, with a point at the median: values row, p5, p95, median. */
function whisker(_, api) {
  const [from, to, middle] = [1, 2, 3].map((at) => api.coord([api.value(at), api.value(0)]));
  const paint = api.visual('color');
  const line = (x1, y1, x2, y2) => {
    return { type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: paint, lineWidth: 2 } };
  };
  const y = middle[1];
  return {
    type: 'group',
    children: [
      line(from[0], y, to[0], y),
      line(from[0], y - 4, from[0], y + 4),
      line(to[0], y - 4, to[0], y + 4),
      { type: 'circle', shape: { cx: middle[0], cy: y, r: 5 }, style: { fill: paint } },
    ],
  };
}

/** Time of ours in units of the peer's, on a logarithmic axis; left of the line at 1 ours is faster. */
export function ratioChart(cases) {
  const rows = [...cases].reverse();
  const ends = rows.flatMap(({ ratio }) => [ratio.p5, ratio.p95, 1]);
  const power = (round, value) => 10 ** round(Math.log10(value));
  const points = (name, paint, belongs) => ({
    ...quiet,
    type: 'custom',
    name,
    itemStyle: { color: paint },
    renderItem: whisker,
    encode: { x: [1, 2, 3], y: 0 },
    data: rows.flatMap(({ ratio: { p5, p95, median } }, at) => {
      return belongs(median) ? [[at, p5, p95, median]] : [];
    }),
    markLine: {
      ...quiet,
      symbol: 'none',
      label: { show: false },
      lineStyle: { color: 'var(--line)', type: 'solid', width: 1.5 },
      data: [{ xAxis: 1 }],
    },
  });
  return draw(100 + 24 * rows.length, {
    legend: { textStyle: text, top: 0 },
    grid: { left: 8, right: 24, top: 36, bottom: 30, containLabel: true },
    xAxis: axis('time of ours / time of the peer', {
      type: 'log',
      min: power(Math.floor, Math.min(...ends)),
      max: power(Math.ceil, Math.max(...ends)),
    }),
    yAxis: axis('', { type: 'category', data: rows.map(shortName), splitLine: { show: false } }),
    series: [
      points('ours is faster', 'var(--gain)', (median) => median <= 1),
      points('the peer is faster', 'var(--loss)', (median) => median > 1),
    ],
  });
}

/** Values of each subject by size, as the first case has it in which the subject appears. */
function valuesBySize(cases, sizes, read) {
  const found = new Map();
  for (const { ours, peer, depth, bytes, hot } of cases) {
    for (const side of [ours, peer]) {
      const label = [side.name, depth > 1 && `x ${depth}`, hot && 'hot'].filter(Boolean).join(' ');
      if (!found.has(label)) found.set(label, new Array(sizes.length).fill(null));
      found.get(label)[sizes.indexOf(bytes)] ??= read(side);
    }
  }
  return [...found];
}

/**
 * A line for each of `series`: `name`, `data`, and where the other is not wanted `paint`, a number, and
 * `dashed`.
 *
 * @param x, y - axes
 */
export function lines({ x, y, series }) {
  const legendRows = Math.ceil(series.length / 3);
  return draw(320 + 24 * legendRows, {
    legend: { textStyle: text, top: 0, width: WIDTH - 40 },
    grid: { left: 8, right: 24, top: 36 + 24 * legendRows, bottom: 30, containLabel: true },
    xAxis: axis(x.name, x),
    yAxis: axis(y.name, {
      nameLocation: 'end',
      nameGap: 14,
      nameTextStyle: { ...text, align: 'left' },
      ...y,
      axisLabel: { ...text, formatter: y.formatter },
    }),
    series: series.map(({ name, data, paint, dashed }, at) => ({
      ...quiet,
      type: 'line',
      name,
      data,
      symbol: 'circle',
      symbolSize: 7,
      itemStyle: { color: colour(paint ?? at) },
      lineStyle: {
        width: 2,
        color: colour(paint ?? at),
        type: (dashed ?? at >= COLOURS) ? 'dashed' : 'solid',
      },
    })),
  });
}

/** A line for each subject; undefined where there is but one size, or nothing to show. */
function lineChart(cases, name, read, formatter) {
  const sizes = [...new Set(cases.map(({ bytes }) => bytes))].sort((a, b) => a - b);
  if (sizes.length < 2) return undefined;
  return lines({
    x: { name: 'bytes of an operation', type: 'category', data: sizes.map(sizeText) },
    y: { name, type: 'log', formatter },
    series: valuesBySize(cases, sizes, read).map(([subject, data]) => ({ name: subject, data })),
  });
}

/** Payload by size. */
export function throughputChart(cases) {
  const moving = cases.filter(({ bytes }) => bytes > 0);
  return lineChart(moving, 'GB/s', ({ gigabytesPerSecond }) => gigabytesPerSecond, String);
}

/** What the main thread spends on an operation by size, where threads of ours work beside it. */
export function mainThreadChart(cases) {
  const beside = cases.some(({ ours }) => ours.mainNanoseconds < 0.8 * ours.allNanoseconds);
  if (!beside) return undefined;
  // None of a logarithmic axis is at 0.
  return lineChart(cases, 'CPU time', ({ mainNanoseconds }) => mainNanoseconds || null, time);
}

/** How late the event loop is, by size. */
export function loopDelayChart(cases) {
  const known = cases.filter(({ ours }) => ours.loopDelayMilliseconds !== null);
  const milliseconds = (value) => `${value} ms`;
  return lineChart(
    known,
    '99th percentile',
    ({ loopDelayMilliseconds }) => loopDelayMilliseconds.p99 || null,
    milliseconds,
  );
}

/** What an operation costs by size: on each engine alone, and as it is chosen. */
export function costChart(cases) {
  const rows = costsBySize(cases);
  if (rows.length === 0) return undefined;
  const names = rows[0].alone.map(({ name }) => name);
  const alone = names.map((name) => {
    const data = rows.map((each) => each.alone.find((one) => one.name === name)?.cost ?? null);
    return { name, data };
  });
  const chosen = { name: cases[0].ours.name, data: rows.map(({ choice }) => choice.cost) };
  return lines({
    x: {
      name: 'bytes of an operation',
      type: 'category',
      data: rows.map(({ bytes }) => sizeText(bytes)),
    },
    y: { name: 'cost', type: 'log', formatter: time },
    series: [...alone, { ...chosen, dashed: true }],
  });
}

/** What waiting costs: a line for each way, from the smallest operation to the largest. */
export function waitChart(cases, { waits = false }) {
  if (!waits || cases.some(({ ours }) => mainShare(ours) === null)) return undefined;
  const ways = [...new Set(cases.map(({ ours }) => ours.name))];
  const point = ({ ours }) => {
    return [ours.latencyNanoseconds.p50, Math.min(100, 100 * mainShare(ours))];
  };
  return lines({
    x: {
      name: 'latency',
      type: 'log',
      axisLabel: { ...text, formatter: time, alignMinLabel: 'left', alignMaxLabel: 'right' },
    },
    y: {
      name: 'CPU time of the main thread',
      type: 'value',
      max: 100,
      formatter: (share) => `${share} %`,
    },
    series: ways.map((name) => {
      const own = cases.filter(({ ours }) => ours.name === name);
      return { name, data: own.sort((a, b) => a.bytes - b.bytes).map(point) };
    }),
  });
}
