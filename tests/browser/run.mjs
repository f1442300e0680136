// The report page in a real browser: node tests/browser/run.mjs PROGRAM
// Drives Debian's Chromium through playwright-core over pages that PROGRAM makes of records written
// here: one half cell with a hostile name and hostile columns, several cells, one million rows.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import {createRequire} from 'node:module';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const web = createRequire(path.join(here, '../../src/report/web/package.json'));
const {chromium} = web('playwright-core');
const davy = path.resolve(process.argv[2] ?? path.join(here, '../../build/release/bin/davy'));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'davy-page-'));
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--no-first-run'];

/* A cell of constant-current half cycles as a BDF file. Of what is plated at `current` (A) for
 * `rows` rows of `step` seconds, the share `efficiency` is stripped. */
const writeCell = (name, {cycles, rows, step, efficiency, extra = ''}) => {
  const lines = [`Test Time / s,Voltage / V,Current / A${extra && `,"${extra}"`}`];
  const tail = extra ? ',1' : '';
  const stripped = Math.round(rows * efficiency);
  let time = 0;
  for (let cycle = 0; cycle < cycles; cycle++) {
    for (let i = 0; i < rows + stripped; i++, time += step) {
      const plating = i < rows, at = plating ? i / rows : (i - rows) / stripped;
      const volt = plating ? -0.03 - 0.2 * Math.exp(-40 * at) : 0.03 + 0.97 * Math.exp(60 * (at - 1));
      lines.push(`${time},${volt.toFixed(6)},${plating ? -0.001 : 0.001}${tail}`);
    }
  }
  const file = path.join(folder, name);
  fs.writeFileSync(file, lines.join('\n') + '\n');
  return file;
};

const report = (inputs, name, ...options) => {
  const page = path.join(folder, name);
  const started = performance.now();
  execFileSync(davy, ['report', ...inputs, '-o', page, ...options], {stdio: ['ignore', 'ignore', 'inherit']});
  return {page, ms: Math.round(performance.now() - started), bytes: fs.statSync(page).size};
};

const painted = page => page.evaluate(() => new Promise(done => requestAnimationFrame(() => setTimeout(done))));

/* Opens a page; whatever it complains of, or asks of the network, fails the test. */
const open = async (browser, file, options = {}) => {
  const context = await browser.newContext({viewport: {width: 1280, height: 900}, acceptDownloads: true, ...options});
  const page = await context.newPage();
  const url = pathToFileURL(file).href, complaints = [];
  page.on('console', m => complaints.push(`console ${m.type()}: ${m.text()}`));
  page.on('pageerror', e => complaints.push(`error: ${e.message}`));
  page.on('dialog', d => { complaints.push(`dialog: ${d.message()}`); d.dismiss(); });
  page.on('request', r => r.url() === url || /^(data|blob):/.test(r.url()) || complaints.push(`request: ${r.url()}`));
  const cdp = await context.newCDPSession(page);
  await cdp.send('Performance.enable', {timeDomain: 'threadTicks'});
  const started = performance.now();
  await page.goto(url);
  if (options.javaScriptEnabled !== false) await painted(page);
  const ms = Math.round(performance.now() - started);
  const {metrics} = await cdp.send('Performance.getMetrics');
  const busy = Math.round(1000 * metrics.find(m => m.name === 'TaskDuration').value);
  return {page, ms, busy, complaints, close: () => context.close()};
};

/* Pixels of a plot that differ from its first one: what is drawn. */
const inked = (page, i) => page.evaluate(k => {
  const {canvas} = window.davyPlots[k].uplot.ctx, copy = new OffscreenCanvas(canvas.width, canvas.height);
  const context = copy.getContext('2d', {willReadFrequently: true});
  context.drawImage(canvas, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, copy.width, copy.height).data.buffer);
  return pixels.reduce((n, p) => n + (p !== pixels[0]), 0);
}, i);

const tests = {
  async 'loads without complaint, hostile names stay text, plots hold data'(browser, made) {
    const {page, complaints, close} = await open(browser, made.hostile.page);
    assert.equal(await page.locator('h1').textContent(), '<img src=x onerror=alert(1)>');
    assert.equal(await page.locator('img').count(), 0);
    const plots = await page.evaluate(() => window.davyPlots.map(p => ({
      id: p.id, points: p.series.map(s => s.x.filter((x, k) => Number.isFinite(x) && Number.isFinite(s.y[k])).length),
    })));
    for (const id of ['cycles', 'efficiency', 'capacity', 'voltage', 'current'])
      assert.ok(plots.some(p => p.id === `plots-${id}`), `plot ${id} is there`);
    for (const [i, plot] of plots.entries()) {
      assert.ok(plot.points.length > 0 && plot.points.every(n => n > 1), `${plot.id} holds points`);
      assert.ok(await inked(page, i) > 1000, `${plot.id} is drawn`);
    }
    assert.deepEqual(complaints, []);
    await close();
  },

  /* By construction 342 of 360 s are stripped: 95 %. */
  async 'the numbers are those of the cell'(browser, made) {
    const {page, close} = await open(browser, made.hostile.page);
    const efficiency = await page.evaluate(() => {
      const plot = window.davyPlots.find(p => p.id === 'plots-efficiency');
      return [...plot.series[0].y];
    });
    assert.equal(efficiency.length, 12);
    /* One row of 360 is where the current turns: 0.3 %. */
    for (const value of efficiency) assert.ok(Math.abs(value - 95) < 0.3, `${value} %`);
    assert.match(await page.locator('#verdict').textContent(), /9[45]\.\d+/);
    await close();
  },

  async 'a click toggles a trace, in all plots that share it'(browser, made) {
    const {page, complaints, close} = await open(browser, made.several.page);
    const shown = () => page.evaluate(() => window.davyPlots.filter(p => p.shared === 'time').map(p => p.series.map(s => s.show)));
    const i = await page.evaluate(() => window.davyPlots.findIndex(p => p.id === 'plots-voltage'));
    const before = await inked(page, i);
    const button = page.locator('#plots-voltage .legend button').nth(1);
    await button.click();
    assert.deepEqual(await shown(), [[true, false, true], [true, false, true]]);
    assert.equal(await button.getAttribute('aria-pressed'), 'false');
    assert.ok(await inked(page, i) < before, 'less is drawn');
    await button.press('Enter');
    assert.deepEqual(await shown(), [[true, true, true], [true, true, true]]);
    assert.deepEqual(complaints, []);
    await close();
  },

  async 'dragging zooms, a double click goes back, the pointer reads values'(browser, made) {
    const {page, complaints, close} = await open(browser, made.hostile.page);
    const range = () => page.evaluate(() => {
      const {x} = window.davyPlots.find(p => p.id === 'plots-voltage').uplot.scales;
      return x.max - x.min;
    });
    const over = page.locator('#plots-voltage .u-over');
    await over.scrollIntoViewIfNeeded();
    const box = await over.boundingBox(), whole = await range();
    await page.mouse.move(box.x + .3 * box.width, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + .6 * box.width, box.y + 55, {steps: 4});
    await page.mouse.up();
    const share = await range() / whole;
    assert.ok(Math.abs(share - .3) < .02, `the range is what was dragged over: ${share}`);
    assert.ok(await page.locator('#plots-current .reset').isVisible(), 'the plot below follows');
    await over.dblclick();
    assert.ok(Math.abs(await range() / whole - 1) < 1e-9);
    await page.mouse.move(box.x + .5 * box.width, box.y + 60);
    assert.match(await page.locator('#plots-voltage .readout').textContent(), /\d h, .*\d V$/);
    assert.deepEqual(complaints, []);
    await close();
  },

  async 'a phone shows it without scrolling sideways, in light and dark'(browser, made) {
    for (const colorScheme of ['light', 'dark']) {
      for (const {page: file} of [made.hostile, made.several]) {
        const {page, complaints, close} = await open(browser, file, {viewport: {width: 375, height: 700}, deviceScaleFactor: 2, colorScheme});
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 375);
        assert.deepEqual(complaints, []);
        await close();
      }
    }
  },

  async 'paper cuts nothing off'(browser, made) {
    for (const {page: file} of [made.hostile, made.several]) {
      const {page, complaints, close} = await open(browser, file, {viewport: {width: 680, height: 900}, colorScheme: 'dark'});
      await page.emulateMedia({media: 'print', colorScheme: 'dark'});
      await painted(page);
      const cut = await page.evaluate(() => [...document.querySelectorAll('table, .plot .canvas, .u-over, p, li, h2')]
        .filter(e => e.getClientRects().length && e.getBoundingClientRect().right > 681.5)
        .map(e => `${e.className || e.tagName}: ${e.textContent.slice(0, 40)}`));
      assert.deepEqual(cut, []);
      const scrolls = await page.evaluate(() => [...document.querySelectorAll('.scroll')]
        .filter(e => getComputedStyle(e).overflowY !== 'visible').length);
      assert.equal(scrolls, 0, 'no table scrolls on paper');
      assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(255, 255, 255)');
      assert.ok(await page.evaluate(() => window.davyPlots.every(p => p.uplot.ctx.canvas.width >= 2000)), 'plots are fine enough');
      await page.emulateMedia({media: null});
      const pdf = await page.pdf({preferCSSPageSize: true});
      assert.ok(pdf.length > 20000);
      assert.ok(await page.evaluate(() => window.davyPlots.every(p => p.uplot.ctx.canvas.width < 1500)), 'the screen is back');
      assert.deepEqual(complaints, []);
      await close();
    }
  },

  async 'tables are downloaded with all digits, and copied'(browser, made) {
    const {page, complaints, close} = await open(browser, made.hostile.page, {permissions: ['clipboard-read', 'clipboard-write']});
    const table = page.locator('.table[data-name=tables_cycles]');
    const [download] = await Promise.all([page.waitForEvent('download'), table.getByRole('button', {name: 'CSV'}).click()]);
    assert.equal(download.suggestedFilename(), 'tables_cycles.csv');
    assert.equal(fs.readFileSync(await download.path(), 'utf8'), fs.readFileSync(path.join(folder, 'tables/tables_cycles.csv'), 'utf8'));
    await table.getByRole('button', {name: 'Copy'}).click();
    await table.getByRole('button', {name: 'Copied'}).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied.split('\n').length, 13);
    assert.match(copied, /^Cycle.*\t/);
    assert.deepEqual(complaints, []);
    await close();
  },

  async 'without JavaScript the verdict and the tables stand there'(browser, made) {
    const {page, close} = await open(browser, made.hostile.page, {javaScriptEnabled: false});
    assert.ok(await page.locator('#verdict li').first().isVisible());
    assert.ok(await page.locator('table[data-key=cycles] tbody tr').first().isVisible());
    assert.ok(await page.getByText('Plots need JavaScript').isVisible());
    await close();
  },

  async 'a million rows: under 6 MB, open in under 2 s'(browser, made) {
    const {page, ms, busy, complaints, close} = await open(browser, made.million.page);
    console.log(`    ${(made.million.bytes / 1e6).toFixed(2)} MB, made in ${made.million.ms} ms, ` +
      `open and drawn in ${ms} ms, of which the page's thread worked ${busy} ms`);
    assert.ok(made.million.bytes < 6e6);
    /* Where other programs hold the machine, the clock counts their work too. */
    assert.ok(Math.min(ms, busy) < 2000);
    const note = await page.locator('#plots-voltage .note').textContent();
    assert.match(note, /of 1000000 points are drawn.*min-max decimation/);
    assert.deepEqual(complaints, []);
    await close();
  },
};

const make = () => {
  const hostile = writeCell('<img src=x onerror=alert(1)>.bdf.csv',
    {cycles: 12, rows: 360, step: 10, efficiency: .95, extra: '</script><script>alert(2)</script>'});
  const others = [['b.bdf.csv', .98], ['c.bdf.csv', .9]].map(([name, efficiency]) =>
    writeCell(name, {cycles: 12, rows: 360, step: 10, efficiency}));
  const million = writeCell('million.bdf.csv', {cycles: 250, rows: 2000, step: 1, efficiency: 1});
  const half = ['--kind', 'half'];
  return {
    hostile: report([hostile], 'hostile.html', '--tables', path.join(folder, 'tables'), ...half),
    several: report([hostile, ...others], 'several.html', ...half),
    million: report([million], 'million.html', ...half),
  };
};

let failed = 0;
const browser = await chromium.launch({executablePath, args});
try {
  const made = make();
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test(browser, made);
      console.log(`ok    ${name}`);
    } catch (error) {
      failed++;
      console.log(`FAIL  ${name}\n${error.stack}`);
    }
  }
} finally {
  await browser.close();
  fs.rmSync(folder, {recursive: true, force: true});
}
console.log(failed ? `browser: ${failed} failed` : 'browser: all passed');
process.exit(failed ? 1 : 0);
