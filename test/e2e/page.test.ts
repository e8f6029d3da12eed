/** What a visitor sees and does, in a real browser, with the headers of the real site. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium, missingChromium } from '../support/chromium.ts';
import { pageSite, type PageSite } from './page-site.ts';

const WIDTHS = [320, 390, 768, 1280, 1920];
const SCHEMES = ['light', 'dark'] as const;
const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe('the page in a browser', { skip: missingChromium() }, () => {
  let browser: Browser;
  let site: PageSite;
  let arabic: PageSite;

  before(async () => {
    browser = await launchChromium();
    site = await pageSite({ resumeFile: 'resume.json' });
    arabic = await pageSite({ resumeFile: 'test/fixtures/resumes/arabic.json' });
    site.answer({ count: 12_408, viewers: 3, rev: 7 });
    arabic.answer({ count: 12_408, viewers: 3, rev: 7 });
  });
  after(() => Promise.all([browser.close(), site.close(), arabic.close()]));

  /** Opens a page; whatever goes wrong in it fails the test when it is closed. */
  async function visit(options: BrowserContextOptions, use: (page: Page) => Promise<void>, url = site.url) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const faults: string[] = [];
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith('data:') && !request.url().startsWith(new URL(url).origin))
        faults.push(request.url());
    });
    await page.goto(url);
    await use(page);
    await context.close();
    assert.deepEqual(faults, []);
  }

  async function seesCounter(page: Page) {
    await page.waitForSelector('[data-counter-state=live]');
  }

  async function axe(page: Page): Promise<string[]> {
    await page.evaluate(axeSource);
    return page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      const { violations } = await axe.run();
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
    });
  }

  const overflow = (page: Page) =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

  for (const scheme of SCHEMES) {
    test(`is accessible and never wider than the screen (${scheme})`, async () => {
      await visit({ colorScheme: scheme, reducedMotion: 'reduce' }, async (page) => {
        await seesCounter(page);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          assert.deepEqual(await axe(page), [], `${width} px`);
          assert.equal(await overflow(page), 0, `${width} px`);
        }
      });
    });
  }

  test('runs from right to left in Arabic', async () => {
    await visit(
      { reducedMotion: 'reduce' },
      async (page) => {
        await seesCounter(page);
        const { label, entries } = await page.evaluate(() => ({
          label: document.querySelector('h2')!.getBoundingClientRect().left,
          entries: document.querySelector('.entries')!.getBoundingClientRect().left,
        }));
        assert.ok(label > entries);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          assert.deepEqual(await axe(page), []);
          assert.equal(await overflow(page), 0);
        }
      },
      arabic.url,
    );
  });

  test('counts: the numbers come, tick and are formatted, and nothing moves', async () => {
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
      assert.equal(await visits.locator('span').textContent(), '9', 'only the digits that change move');
      assert.match(
        (await page.locator('[role=status]').textContent())!,
        /12,408/,
        'a tick is not announced again',
      );
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

  test('does not move where the visitor wants no motion', async () => {
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

  test('is complete without JavaScript; counter and switch stay away', async () => {
    await visit({ javaScriptEnabled: false }, async (page) => {
      assert.equal(await page.locator('h1').textContent(), 'Inês Okafor');
      assert.equal(await page.locator('section').count(), 11);
      assert.equal(await page.locator('[data-counter-state]').isVisible(), false);
      assert.equal(await page.locator('[data-scheme-switch]').isVisible(), false);
    });
  });

  test('remembers the chosen colours, before the first paint', async () => {
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
      assert.equal(
        await page.evaluate(() => localStorage.length),
        0,
        'what the system says anyway is not stored',
      );
    });
  });

  test('can be used by keyboard: the skip link comes first, and wherever the focus is, it is seen', async () => {
    await visit({}, async (page) => {
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
      assert.equal(outlines.size, links - 1, 'every link and button is reached');
      assert.deepEqual(new Set(outlines.values()), new Set(['solid']), 'and seen to be');
    });
  });

  test('shows the missing page in the same clothes', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const response = await page.goto(`${site.url}no/such/page`);
    assert.equal(response?.status(), 404);
    assert.equal(await page.locator('h1').textContent(), 'Page not found');
    assert.deepEqual(await axe(page), []);
    await page.click('main a');
    assert.equal(await page.locator('h1').textContent(), 'Inês Okafor');
    await context.close();
  });

  test('keeps the last numbers, dimmed, when the line is dead', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(site.url);
    await seesCounter(page);
    site.hangUp();
    await page.waitForSelector('[data-counter-state=stale]');
    assert.equal(await page.locator('[data-counter=visits]').textContent(), '12,408');
    await page.reload();
    assert.equal(await page.locator('[data-counter-state]').isVisible(), false);
    assert.doesNotMatch((await page.locator('body').textContent())!, /undefined|NaN|null/);
    await context.close();
  });
});
