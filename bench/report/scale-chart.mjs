// Charts of the simulation.
import { sizeText } from '../cases.mjs';
import { nobody, sweeps } from '../scale/sweeps.mjs';
import { lines } from './charts.mjs';

/** A colour for each size: dashed the device alone, solid the first of the ways, which costs least. */
export function sweepChart({ name, rows }) {
  const { axis, steps } = sweeps.find((sweep) => sweep.name === name);
  const sizes = [...new Set(rows.map(({ bytes }) => bytes))];
  const ways = [...new Set(rows.map(({ way }) => way))].slice(0, 2);
  const shown = rows.filter(({ way }) => ways.includes(way));
  return lines({
    x: { name: axis, type: 'category', data: steps.map(({ label }) => label) },
    y: { name: 'GB/s', type: 'log', formatter: String },
    series: shown.map(({ bytes, way, points }) => ({
      name: `${sizeText(bytes)}, ${way}`,
      data: points.map(({ gigabytesPerSecond }) => gigabytesPerSecond),
      paint: sizes.indexOf(bytes),
      dashed: way === nobody,
    })),
  });
}
