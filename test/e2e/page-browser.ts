/** Opens a built page in Chromium and inspects it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { newTab } from '../support/chromium.ts';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Console errors, exceptions and requests to other origins than this page's, from now on. */
export function problemsOf(page: Page, url: string): string[] {
  const problems: string[] = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith('data:') && !request.url().startsWith(new URL(url).origin))
      problems.push(request.url());
  });
  return problems;
}

export interface PageOptions {
  colorScheme?: 'light' | 'dark';
  reducedMotion?: 'reduce';
  width?: number;
}

/** Opens a page. Fails on console errors, exceptions and requests to other origins. */
export async function visit(
  browser: Browser,
  url: string,
  { colorScheme = 'light', reducedMotion, width = 1280 }: PageOptions,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const page = await newTab(browser);
  await page.emulateMedia({ colorScheme, reducedMotion: reducedMotion ?? null });
  await page.setViewportSize({ width, height: 900 });
  const failures = problemsOf(page, url);
  await page.goto(url);
  await use(page);
  await page.close();
  assert.deepEqual(failures, []);
}

export async function seesCounter(page: Page): Promise<void> {
  await page.waitForSelector('[data-counter-state=live]');
}

/** Pixels that the page is wider than the screen. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Violations of axe's rules. */
export async function axe(page: Page): Promise<string[]> {
  if (!(await page.evaluate('globalThis.axe'))) await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  });
}
