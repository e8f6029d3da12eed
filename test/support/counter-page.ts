import type { Browser, Page } from 'playwright-core';
import { newTab } from './chromium.ts';

/** Opens a page in a tab, which is a visitor to the counter. */
export async function openTab(
  browser: Browser,
  url: string,
  prepare: (page: Page) => unknown = () => {},
): Promise<Page> {
  const page = await newTab(browser);
  page.setDefaultTimeout(20_000);
  await prepare(page);
  await page.goto(url);
  return page;
}

/** Resolves when the page shows these numbers; rejects when its default timeout is over. */
export async function shows(page: Page, visits: number, viewers: number): Promise<void> {
  await page.waitForFunction(
    ([wantedVisits, wantedViewers]) =>
      document.querySelector('[data-counter="visits"]')?.textContent === String(wantedVisits) &&
      document.querySelector('[data-counter="viewers"]')?.textContent === String(wantedViewers),
    [visits, viewers],
    { polling: 50 },
  );
}
