import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { evaluate } from './run';

// The report of every case there is, as a browser shows it.

const browsers = ['chromium-headless-shell', 'chromium'].map((name) => `/usr/bin/${name}`);
const executablePath = browsers.find((path) => existsSync(path));
const missing = 'no chromium here: sh scripts/install-bench-tools.sh';

const directory = mkdtempSync(join(tmpdir(), 'datamover-report-'));
const url = pathToFileURL(join(directory, 'report.html')).href;
let browser: Browser;

// A browser shows its first page late on a machine that is busy.
jest.setTimeout(100_000);

function describeWithBrowser(name: string, body: () => void): void {
  if (executablePath !== undefined) describe(name, body);
  else describe.skip(`${name} (skipped: ${missing})`, body);
}

interface Opened {
  readonly page: Page;
  readonly requests: string[];
  readonly errors: string[];
}

async function opened(colorScheme: 'light' | 'dark', width = 1280): Promise<Opened> {
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
  const [requests, errors]: [string[], string[]] = [[], []];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => errors.push(message.text()));
  await page.goto(url);
  return { page, requests, errors };
}

/**
 * Contrast of every text and of every mark of a chart against the page, as WCAG reckons it, the least
 * of each.
 */
const contrasts = `(() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = parse(colour).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const page = luminance(getComputedStyle(document.body).backgroundColor);
  const contrast = (colour) => {
    const [high, low] = [luminance(colour), page].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const least = (selector, property) =>
    Math.min(...[...document.querySelectorAll(selector)].map((e) => contrast(getComputedStyle(e)[property])));
  return {
    chartTexts: least('svg text', 'fill'),
    texts: least('h1, h2, p, td, th, figcaption', 'color'),
    marks: least('svg circle', 'fill'),
  };
})()`;

/** Charts whose texts lie outside them, or over one another. */
const misplaced = `[...document.querySelectorAll('svg')].flatMap((svg) => {
  const frame = svg.getBoundingClientRect();
  const boxes = [...svg.querySelectorAll('text')].map((text) => {
    return { said: text.textContent, box: text.getBoundingClientRect() };
  });
  const outside = boxes.filter(({ box }) => {
    return box.left < frame.left - 1 || box.right > frame.right + 1 ||
      box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
  });
  const over = boxes.filter(({ box }, at) => boxes.slice(at + 1).some((other) => {
    return box.left < other.box.right - 1 && other.box.left < box.right - 1 &&
      box.top < other.box.bottom - 2 && other.box.top < box.bottom - 2;
  }));
  return [...outside, ...over].map(({ said }) => said);
})`;

describeWithBrowser('the report in a browser', () => {
  beforeAll(async () => {
    const { page } = evaluate(`
      import { page } from './bench/report/page.mjs';
      import { results } from './test/bench/made-up.mjs';
      console.log(JSON.stringify({ page: page(results) }));`);
    writeFileSync(join(directory, 'report.html'), page);
    browser = await chromium.launch({ executablePath: executablePath! });
  });
  afterAll(() => browser.close());

  test('needs nothing but itself, and has no mistakes', async () => {
    const { page, requests, errors } = await opened('light');
    expect(requests).toEqual([url]);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('has a section with charts and a table for every question', async () => {
    const { page } = await opened('light');
    const { questions, cases } = evaluate(`
      import { questions } from './bench/questions.mjs';
      import { results } from './test/bench/made-up.mjs';
      const skipped = results.cases.filter(({ skipped }) => skipped !== undefined).length;
      console.log(JSON.stringify({ questions, cases: { all: results.cases.length, skipped } }));`);
    const sections = page.locator('section.question');
    expect(await sections.count()).toBe(questions.length);
    expect(await sections.and(page.locator(':has(svg):has(table)')).count()).toBe(questions.length);
    expect(await sections.locator('tbody tr').count()).toBe(cases.all);
    expect(await page.locator('tr.absent').count()).toBe(cases.skipped);
    expect(await page.locator('svg circle').count()).toBeGreaterThanOrEqual(
      cases.all - cases.skipped,
    );
    expect(await page.locator('tr.absent').first().textContent()).toContain(
      'not <here> & not there',
    );
    await page.close();
  });

  test('has the shares of CPU time, and the simulation with a chart for each sweep', async () => {
    const { page } = await opened('light');
    const { rests, sweeps } = evaluate(`
      import { results } from './test/bench/made-up.mjs';
      console.log(JSON.stringify({ rests: results.rests.length, sweeps: results.scale.sweeps.length }));`);
    expect(await page.locator('section.rests tbody tr').count()).toBe(rests);
    expect(await page.locator('section.scale svg').count()).toBe(sweeps);
    await page.close();
  });

  test.each(['light', 'dark'] as const)('is readable: %s', async (scheme) => {
    const { page } = await opened(scheme);
    const { chartTexts, texts, marks } = await page.evaluate<any>(contrasts);
    expect(Math.min(chartTexts, texts)).toBeGreaterThan(4.5);
    expect(marks).toBeGreaterThan(3);
    expect(await page.evaluate(misplaced)).toEqual([]);
    await page.close();
  });

  test('fits a narrow screen', async () => {
    const { page } = await opened('dark', 400);
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(400);
    await page.close();
  });
});

afterAll(() => rmSync(directory, { recursive: true }));
