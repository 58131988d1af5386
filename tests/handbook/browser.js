// node browser.js CHROMIUM SITE PAGE...: what a browser sees of a site, as JSON: what axe-core finds on each page, on each fifth
// also in dark and on a narrow screen, what can be done by keys alone, what the search finds, and what was fetched from elsewhere.
'use strict';
const fs = require('fs'), path = require('path');
const puppeteer = require('puppeteer-core');
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate((tags) => axe.run(document, { runOnly: tags, resultTypes: ['violations'] }), RULES);
  return found.violations.map((one) => `${one.id}: ${one.nodes.length}: ${one.nodes[0].html.slice(0, 120)}`);
}

async function keys(page, address) {
  await page.goto(address('en/duties.html'));
  await page.keyboard.press('Tab');
  const skip = await page.evaluate(() => document.activeElement.className);
  await page.keyboard.press('Enter');
  const main = await page.evaluate(() => document.activeElement.id);
  const outline = await page.evaluate(() => {
    document.querySelector('.contents a').focus();
    return getComputedStyle(document.activeElement).outlineStyle;
  });
  await page.focus('th button');
  await page.keyboard.press('Enter');
  const sorted = await page.evaluate(() => document.activeElement.parentNode.getAttribute('aria-sort'));
  await page.focus('#q');
  await page.keyboard.type('examination');
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  await page.waitForSelector('#hits li');
  const hits = await page.evaluate(() => document.querySelectorAll('#hits li').length);
  const said = await page.evaluate(() => document.getElementById('found').textContent);
  return { skip, main, outline, sorted, hits, said };
}

(async () => {
  const [chromium, site, ...pages] = process.argv.slice(2);
  const browser = await puppeteer.launch({ executablePath: chromium, args: ['--no-sandbox'] });
  const page = await browser.newPage();
  const address = (name) => 'file://' + path.join(site, name);
  const found = { violations: {}, fetched: [], errors: [], wide: [] };
  page.on('request', (one) => { if (!/^(file|data):/.test(one.url())) found.fetched.push(one.url()); });
  page.on('pageerror', (one) => found.errors.push(String(one)));
  for (const [name, scheme, width] of pages.flatMap((one, at) => at % 5 ? [[one, 'light', 1300]] : [[one, 'light', 1300], [one, 'dark', 1300], [one, 'light', 390]])) {
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.goto(address(name));
    const these = await violations(page);
    if (these.length) found.violations[`${name} ${scheme} ${width}`] = these;
    if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1)) found.wide.push(`${name} ${width}`);
  }
  await page.setViewport({ width: 1300, height: 900 });
  found.keys = pages.includes('en/duties.html') ? await keys(page, address) : {};
  console.log(JSON.stringify(found));
  await browser.close();
})().catch((wrong) => { console.error(String(wrong)); process.exit(1); });
