import type { Page } from 'playwright-core';

/** Resolves when the page shows these numbers; rejects when its default timeout is over. */
export async function shows(page: Page, visits: number, viewers: number): Promise<void> {
  await page.waitForFunction(
    ([wantedVisits, wantedViewers]) =>
      document.querySelector('[data-counter="visits"]')?.textContent === String(wantedVisits) &&
      document.querySelector('[data-counter="viewers"]')?.textContent === String(wantedViewers),
    [visits, viewers],
  );
}
