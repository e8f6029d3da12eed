/**
 * The pictures of the page in docs/: `page.png` and `page-dark.png`, taken from a server that runs. Several visitors come,
 * some go, and the pictures are taken while the others look.
 *
 *     npm start -- --port 4000 --data .cache/picture     # in another terminal
 *     node --import tsx site/testing/page-picture.ts http://localhost:4000/
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchChromium } from '../../test/support/chromium.ts';
import { tool } from '../../test/support/tools.ts';

const VISITORS = 24;
const STAYING = 5;
const SIZE = { width: 1280, height: 860 };
/** Pixels of the picture for each of the page's. */
const DENSITY = 2;

const [url = 'http://localhost:4000/', folder = 'docs'] = process.argv.slice(2);
const { default: sharp } = (await import(
  pathToFileURL(join(await tool('sharp', '0.35.5'), 'dist/index.mjs')).href
)) as { default(png: Buffer): { png(options: object): { toBuffer(): Promise<Buffer> } } };
/** A page of few colours needs no more than a palette. */
const small = (png: Buffer) => sharp(png).png({ palette: true, colours: 128, effort: 10 }).toBuffer();

await mkdir(folder, { recursive: true });

const browser = await launchChromium();
const open = async (colorScheme: 'light' | 'dark' = 'light') => {
  const context = await browser.newContext({ viewport: SIZE, deviceScaleFactor: DENSITY, colorScheme });
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForSelector('[data-counter-state=live]');
  return page;
};

for (let visitor = STAYING; visitor < VISITORS; visitor++) await (await open()).context().close();
for (let visitor = 0; visitor < STAYING - 2; visitor++) await open();
const [light, dark] = [await open('light'), await open('dark')];
for (const [page, name] of [
  [light, 'page.png'],
  [dark, 'page-dark.png'],
] as const) {
  await page.bringToFront();
  await page.waitForFunction(
    (viewers) => document.querySelector('[data-counter=viewers]')?.textContent === String(viewers),
    STAYING,
  );
  // A tick that is under way comes to its end first.
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
  await writeFile(join(folder, name), await small(await page.screenshot()));
  console.log(`${folder}/${name}: ${await page.locator('.counter > :not(.sr)').allInnerTexts()}`);
}
await browser.close();
