/** The tests' real browser: Chromium or Chrome, whichever is installed. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type LaunchOptions, type Page } from 'playwright-core';
import { requirement } from './tools.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** No background traffic, and root may run it. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const executablePath = [
  process.env['CHROMIUM_PATH'],
  ...(process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name))),
  MAC,
].find((path) => path && existsSync(path));

/**
 * For `node:test`'s `skip`: why a browser test can't run here, or `false`.
 * @throws with the same text where `CI=true`: there, a skipped test is a failed one
 */
export function missingChromium(): string | false {
  return requirement({
    what: 'Chromium',
    found: executablePath !== undefined,
    install: 'apt-get install chromium, or set CHROMIUM_PATH',
  });
}

export function launchChromium(args: string[] = [], options: LaunchOptions = {}): Promise<Browser> {
  if (!executablePath) throw new Error('Chromium is missing: apt-get install chromium, or set CHROMIUM_PATH');
  return chromium.launch({ executablePath, args: [...FLAGS, ...args], ...options });
}

const profiles = new WeakMap<Browser, Promise<BrowserContext>>();

/** Opens a tab. A browser's tabs share one profile: Chromium needs longer for a new profile than for a page. */
export async function newTab(browser: Browser): Promise<Page> {
  const profile = profiles.get(browser) ?? browser.newContext();
  profiles.set(browser, profile);
  return (await profile).newPage();
}
