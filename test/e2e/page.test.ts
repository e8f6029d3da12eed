/** The page in Chromium, with the headers of the published site. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, missingChromium, newTab } from '../support/chromium.ts';
import { axe, seesCounter, visit as visitPage, type PageOptions } from './page-browser.ts';
import { pageSite, type PageSite } from './page-site.ts';

describe('the page in a browser', { skip: missingChromium() }, () => {
  let browser: Browser;
  let site: PageSite;

  before(async () => {
    browser = await launchChromium();
    site = await pageSite({ resumeFile: 'test/fixtures/resumes/engineer.json' });
    site.answer({ count: 12_408, viewers: 3, rev: 7 });
  });
  after(() => Promise.all([browser.close(), site.close()]));

  const visit = (options: PageOptions, use: (page: Page) => Promise<void>) =>
    visitPage(browser, site.url, options, use);

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`is accessible on a phone (${colorScheme})`, async () => {
      await visit({ colorScheme, width: 390 }, async (page) => {
        await seesCounter(page);
        assert.deepEqual(await axe(page), []);
      });
    });
  }

  test('the counter appears, formats its numbers and ticks, without layout shift', async () => {
    await visit({}, async (page) => {
      await seesCounter(page);
      const [visits, viewers] = [
        page.locator('[data-counter=visits]'),
        page.locator('[data-counter=viewers]'),
      ];
      assert.equal(await visits.textContent(), '12,408');
      assert.equal(await viewers.textContent(), '3');
      assert.equal(await page.locator('[role=status]').textContent(), 'Viewing now 3 Visits 12,408 ');
      await page.evaluate(() => {
        const original = Element.prototype.animate;
        Element.prototype.animate = function (...args) {
          document.body.dataset['animated'] = 'yes';
          return original.apply(this, args);
        };
      });
      site.push({ count: 12_409, viewers: 4, rev: 8 });
      await page.waitForFunction(
        () => document.querySelector('[data-counter=visits]')?.textContent === '12,409',
      );
      assert.equal(await page.locator('body').getAttribute('data-animated'), 'yes');
      assert.equal(await visits.locator('span').textContent(), '9', 'only changed digits move');
      assert.match((await page.locator('[role=status]').textContent())!, /12,408/, 'a tick is not announced');
      const shift = await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            let sum = 0;
            const observer = new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value;
            });
            observer.observe({ type: 'layout-shift', buffered: true });
            requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
          }),
      );
      assert.equal(shift, 0);
    });
  });

  test('respects reduced motion', async () => {
    await visit({ reducedMotion: 'reduce' }, async (page) => {
      await seesCounter(page);
      await page.evaluate(() => {
        Element.prototype.animate = () => {
          throw new Error('animated');
        };
      });
      site.push({ count: 12_500, viewers: 4, rev: 9 });
      await page.waitForFunction(
        () => document.querySelector('[data-counter=visits]')?.textContent === '12,500',
      );
    });
  });

  test('is complete without JavaScript, and hides counter and switch', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(site.url);
    assert.equal(await page.locator('h1').textContent(), 'Inês Okafor');
    assert.equal(await page.locator('section').count(), 11);
    assert.equal(await page.locator('[data-counter-state]').isVisible(), false);
    assert.equal(await page.locator('[data-scheme-switch]').isVisible(), false);
    await context.close();
  });

  test('stores the chosen colour scheme', async () => {
    await visit({ colorScheme: 'light' }, async (page) => {
      const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light = await paper();
      const toggle = page.getByRole('button', { name: 'Dark colours' });
      assert.equal(await toggle.getAttribute('aria-pressed'), 'false');
      await toggle.click();
      const dark = await paper();
      assert.notEqual(dark, light);
      assert.equal(await toggle.getAttribute('aria-pressed'), 'true');
      await page.reload();
      assert.equal(await paper(), dark);
      await toggle.click();
      assert.equal(await paper(), light);
      assert.equal(await page.evaluate(() => localStorage.length), 0, "the system's scheme is not stored");
    });
  });

  test('works by keyboard: skip link first, focus always visible', async () => {
    await visit({}, async (page) => {
      // The counter's link can be reached once it shows a number.
      await seesCounter(page);
      await page.keyboard.press('Tab');
      const skip = page.locator('.skip');
      assert.equal(await skip.evaluate((element) => element === document.activeElement), true);
      const box = await skip.boundingBox();
      assert.ok(box && box.height > 10 && box.width > 50);
      const links = await page.locator('a, button').count();
      const outlines = new Map<string, string>();
      for (let press = 1; press < links; press++) {
        await page.keyboard.press('Tab');
        const [element, outline] = await page.evaluate(() => {
          const focused = document.activeElement!;
          return [focused.outerHTML, getComputedStyle(focused).outlineStyle] as const;
        });
        outlines.set(element, outline);
      }
      assert.equal(outlines.size, links - 1, 'every link and button is reachable');
      assert.deepEqual(new Set(outlines.values()), new Set(['solid']), 'with a visible outline');
    });
  });

  test('the 404 page has the same design and leads home', async () => {
    const page = await newTab(browser);
    const response = await page.goto(`${site.url}no/such/page`);
    assert.equal(response?.status(), 404);
    assert.equal(await page.locator('h1').textContent(), 'Page not found');
    assert.deepEqual(await axe(page), []);
    await page.click('main a');
    assert.equal(await page.locator('h1').textContent(), 'Inês Okafor');
    await page.close();
  });

  test('keeps the last numbers, dimmed, when the connection is lost', async () => {
    const page = await newTab(browser);
    await page.goto(site.url);
    await seesCounter(page);
    site.hangUp();
    await page.waitForSelector('[data-counter-state=stale]');
    assert.equal(await page.locator('[data-counter=visits]').textContent(), '12,408');
    await page.reload();
    assert.equal(await page.locator('[data-counter-state]').isVisible(), false);
    assert.doesNotMatch((await page.locator('body').textContent())!, /undefined|NaN|null/);
    await page.close();
  });
});
