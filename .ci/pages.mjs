// Opens every HTML page of the sample in headless Chromium and says what a reader would stumble over.
// Usage: node .ci/pages.mjs SAMPLE OUT [--pictures]

import { readFileSync, readdirSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

const [sample, out, ...rest] = process.argv.slice(2);
const require = createRequire(resolve(out, 'package.json'));
const puppeteer = require('puppeteer-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const pages = readdirSync(sample, { recursive: true }).filter((it) => it.endsWith('.html')).sort();
const faults = [];

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  // The pages are our own files; a CI machine has no user to fence off.
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});

async function look(file, name, { width, height, dark = false }) {
  const page = await browser.newPage();
  const url = pathToFileURL(resolve(sample, file)).href;
  const asked = [];
  page.on('request', (it) => {
    if (it.url() !== url && !it.url().startsWith('data:')) asked.push(it.url());
  });
  page.on('pageerror', (it) => faults.push(`${file}: script error: ${it.message}`));
  page.on('console', (it) => {
    if (it.type() === 'error') faults.push(`${file}: ${it.text()}`);
  });
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]);
  await page.goto(url, { waitUntil: 'load' });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) faults.push(`${file} at ${name}: ${wide} px wider than the screen`);
  await page.screenshot({ path: join(out, `${slug(file)}-${name}.png`), fullPage: true });
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  for (const it of violations) {
    const where = it.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', ');
    const line = `${file} at ${name}: ${it.impact} ${it.id}: ${it.help} (${it.nodes.length}: ${where})`;
    if (it.impact === 'serious' || it.impact === 'critical') faults.push(line);
    else console.log(`note: ${line}`);
  }
  if (asked.length > 0) faults.push(`${file} asks for ${asked.join(', ')}`);
  await page.close();
}

async function print(file) {
  const page = await browser.newPage();
  await page.goto(pathToFileURL(resolve(sample, file)).href, { waitUntil: 'load' });
  await page.emulateMediaType('print');
  const pdf = await page.pdf({ path: join(out, `${slug(file)}-print.pdf`), format: 'A4', preferCSSPageSize: true });
  const sheets = Buffer.from(pdf).toString('latin1').match(/\/Type\s*\/Page[^s]/g)?.length ?? 0;
  if (sheets === 0) faults.push(`${file}: prints nothing`);
  console.log(`${file}: ${sheets} sheets of A4`);
  await page.close();
}

function slug(file) {
  return relative('.', file).replace(/[^a-z0-9-]+/gi, '_');
}

/** What the README shows: the top of the city's page and of a site's. */
async function picture(file, name, height) {
  const page = await browser.newPage();
  await page.setViewport({ width: 1080, height });
  await page.goto(pathToFileURL(resolve(sample, file)).href, { waitUntil: 'load' });
  await page.screenshot({ path: join('docs/pictures', name) });
  await page.close();
}

for (const file of pages) {
  await look(file, '1280', { width: 1280, height: 900 });
  await look(file, '360', { width: 360, height: 740 });
  await look(file, 'dark', { width: 1280, height: 900, dark: true });
  await print(file);
}
if (rest.includes('--pictures')) {
  mkdirSync('docs/pictures', { recursive: true });
  await picture('index.html', 'city.png', 1250);
  await picture('sites/dongping/report.html', 'site.png', 1250);
}
await browser.close();

if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
console.log(`${pages.length} pages: no request, no serious fault`);
