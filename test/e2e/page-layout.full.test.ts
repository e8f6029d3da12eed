/** The layout of every fixture from phone to desktop. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium, missingChromium } from '../support/chromium.ts';
import { axe, overflow, seesCounter, visit } from './page-browser.ts';
import { pageSite, type PageSite } from './page-site.ts';

/** Pixels; axe checks one width of each layout. */
const WIDTHS = [320, 390, 768, 1280, 1920];
const LAYOUTS = [320, 768, 1280];
const FIXTURES = 'test/fixtures/resumes';
const RESUMES = readdirSync(FIXTURES).filter((name) => /\.(json|yaml)$/.test(name));

describe('the layout', { skip: missingChromium() }, () => {
  let browser: Browser;
  before(async () => void (browser = await launchChromium()));
  after(() => browser.close());

  async function withSite(name: string, use: (site: PageSite) => Promise<void>) {
    const site = await pageSite({ resumeFile: `${FIXTURES}/${name}` });
    site.answer({ count: 12_408, viewers: 3, rev: 7 });
    await use(site).finally(() => site.close());
  }

  for (const name of RESUMES) {
    test(`${name} never scrolls sideways and is accessible at every width`, async () => {
      await withSite(name, async ({ url }) => {
        await visit(browser, url, { reducedMotion: 'reduce' }, async (page) => {
          await seesCounter(page);
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: 900 });
            assert.equal(await overflow(page), 0, `${width} px`);
            if (!LAYOUTS.includes(width)) continue;
            for (const colorScheme of ['light', 'dark'] as const) {
              await page.emulateMedia({ colorScheme });
              assert.deepEqual(await axe(page), [], `${width} px, ${colorScheme}`);
            }
          }
        });
      });
    });
  }

  test('runs right to left in Arabic', async () => {
    await withSite('arabic.json', ({ url }) =>
      visit(browser, url, {}, async (page) => {
        const { label, entries } = await page.evaluate(() => ({
          label: document.querySelector('h2')!.getBoundingClientRect().left,
          entries: document.querySelector('.entries')!.getBoundingClientRect().left,
        }));
        assert.ok(label > entries);
      }),
    );
  });
});
