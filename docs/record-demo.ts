/**
 * Records docs/demo.gif, the README's animation: two browser windows, a visit arrives in one, and both counters tick. Beneath them, the
 * console shows its trace.
 * Needs Chromium and ffmpeg. Run `node --import tsx docs/record-demo.ts`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../test/support/chromium.ts';
import { shows } from '../test/support/counter-page.ts';
import { startServer } from '../test/support/server.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';

const OUTPUT = fileURLToPath(new URL('demo.gif', import.meta.url));
const RESUME = fileURLToPath(new URL('../test/fixtures/resumes/sample.json', import.meta.url));
const WINDOW = { width: 460, height: 290 };
/** Drawn smaller: its picture and its traces stand side by side from this width on. */
const CONSOLE_VIEWPORT = { width: 1280, height: 700 };
const CONSOLE = { width: 2 * WINDOW.width + 12, height: 510 };
const FRAMES_PER_SECOND = 10;
/** Visits before the recording, for a counter that looks lived in. */
const EARLIER_VISITS = 41;

/** One picture of both windows and the console, as a data URL each. `undefined` is a window that has not opened the page yet. */
type Shots = [string, string | undefined, string];

const data = temporaryFolder('cloud-resume-data-');
const frames = await mkdtemp(join(tmpdir(), 'cloud-resume-frames-'));
const server = await startServer(data, ['--resume', RESUME, '--console']);
const browser = await launchChromium();
try {
  const written = await record(browser);
  encode();
  console.log(`${OUTPUT}: ${written} frames`);
} finally {
  await browser.close();
  await server.stop();
  await rm(frames, { recursive: true, force: true });
}

async function record(browser: Browser): Promise<number> {
  for (let visit = 1; visit <= EARLIER_VISITS; visit++) {
    const tab = await open(await browser.newContext());
    await shows(tab, visit, 1);
    await tab.context().close();
  }
  const desk = await (
    await browser.newContext({ viewport: { width: CONSOLE.width + 24, height: 950 } })
  ).newPage();
  let written = 0;
  const hold = async (shots: Shots, seconds: number) => {
    const picture = await compose(desk, shots);
    for (let frame = 0; frame < seconds * FRAMES_PER_SECOND; frame++)
      await writeFile(join(frames, `${String(written++).padStart(4, '0')}.png`), picture);
  };

  const left = await open(await windowContext(browser));
  await shows(left, EARLIER_VISITS + 1, 1);
  const console = await openConsole(browser);
  await hold([await shoot(left), undefined, await shoot(console)], 1.5);

  const right = await open(await windowContext(browser));
  const both = async (seconds: number) => {
    // The console draws ten times a second, and the trace ends with the posts.
    await console.waitForTimeout(1_500);
    await hold([await shoot(left), await shoot(right), await shoot(console)], seconds);
  };
  await hold([await shoot(left), await shoot(right), await shoot(console)], 0.2);
  for (const page of [left, right]) await shows(page, EARLIER_VISITS + 2, 2);
  await both(2.5);

  const third = await open(await browser.newContext());
  for (const page of [left, right]) await shows(page, EARLIER_VISITS + 3, 3);
  await both(2);

  await third.context().close();
  for (const page of [left, right]) await shows(page, EARLIER_VISITS + 3, 2);
  await both(1.5);
  return written;
}

async function openConsole(browser: Browser): Promise<Page> {
  const url =
    /^console (\S+)$/m.exec(server.output())?.[1] ?? (await server.says(/^console /)).split(' ')[1]!;
  const context = await browser.newContext({ viewport: CONSOLE_VIEWPORT, colorScheme: 'light' });
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForTimeout(1_500);
  return page;
}

function windowContext(browser: Browser): Promise<BrowserContext> {
  return browser.newContext({ viewport: WINDOW, colorScheme: 'light' });
}

async function open(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(server.url);
  return page;
}

async function shoot(page: Page): Promise<string> {
  return `data:image/png;base64,${(await page.screenshot({ animations: 'disabled' })).toString('base64')}`;
}

/** Draws both windows side by side, and the console beneath. */
async function compose(desk: Page, shots: Shots): Promise<Buffer> {
  const windows = shots.map((shot, i) => {
    const { width, height } = i < 2 ? WINDOW : CONSOLE;
    return `<div class="window" style="width:${width}px"><div class="bar"><i></i><i></i><i></i><span>${i < 2 ? 'localhost:4000' : '127.0.0.1:4001, the console'}</span></div>
      ${shot ? `<img src="${shot}" width="${width}" height="${height}">` : `<div style="height:${height}px"></div>`}</div>`;
  });
  await desk.setContent(`<style>
    body { margin: 0; background: #e8eaed; display: flex; flex-wrap: wrap; gap: 12px; padding: 12px; font: 12px system-ui, sans-serif; }
    .window { border-radius: 8px; overflow: hidden; box-shadow: 0 2px 10px #0003; background: #fff; }
    .bar { height: 30px; background: #f6f7f8; display: flex; align-items: center; gap: 6px; padding: 0 10px; color: #5f6368; }
    .bar i { width: 10px; height: 10px; border-radius: 5px; background: #c4c7cc; } .bar span { margin-left: 8px; }
    img { display: block; }
  </style>${windows.join('')}`);
  return desk.screenshot({
    clip: { x: 0, y: 0, width: CONSOLE.width + 24, height: WINDOW.height + CONSOLE.height + 96 },
  });
}

function encode(): void {
  const filter =
    'split[a][b];[a]palettegen=max_colors=64[p];[b][p]paletteuse=dither=none:diff_mode=rectangle';
  const { status, error, stderr } = spawnSync(
    'ffmpeg',
    ['-y', '-framerate', String(FRAMES_PER_SECOND), '-i', join(frames, '%04d.png'), '-vf', filter, OUTPUT],
    { encoding: 'utf8' },
  );
  if (status !== 0)
    throw new Error(`ffmpeg failed. Is it installed? ${error?.message ?? stderr.slice(-500)}`);
}
