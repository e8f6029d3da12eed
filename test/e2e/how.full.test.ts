/** `/how` in Chromium: what it shows is what happened. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { missingChromium, newTab } from '../support/chromium.ts';
import { shows } from '../support/counter-page.ts';
import { axe, overflow, problemsOf, type PageOptions } from './page-browser.ts';
import { startedSite } from './started-site.ts';

describe('/how', { skip: missingChromium() }, () => {
  const site = startedSite();

  /** Opens a path in a new tab and collects console errors and requests to other origins. */
  async function open(path: string, { width = 1280, colorScheme = 'light' }: PageOptions = {}) {
    const page = await newTab(site.browser);
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    const problems = problemsOf(page, site.server.url);
    // Remember every component that ever lights up.
    await page.addInitScript(() => {
      const lit: string[] = ((window as unknown as { lit: string[] }).lit = []);
      addEventListener('DOMContentLoaded', () =>
        new MutationObserver((records) => {
          for (const { target } of records)
            if ((target as Element).classList.contains('lit'))
              lit.push((target as Element).getAttribute('data-node') ?? '');
        }).observe(document.body, { subtree: true, attributeFilter: ['class'] }),
      );
    });
    await page.goto(new URL(path, site.server.url).href);
    return { page, problems };
  }

  const fact = (page: Page, name: string) => page.locator(`[data-fact=${name}]`).textContent();

  test('two visits tick, light up their way and are measured', async () => {
    const { page, problems } = await open('/how');
    await shows(page, 1, 1);
    const visitor = await open('/');
    await shows(page, 2, 2);
    assert.match((await fact(page, 'handshake'))!, /^Answered in \d+ ms\. By then, one transaction/);
    assert.match((await fact(page, 'snapshot'))!, /^Answered in \d+ ms, at revision \d+\.$/);
    assert.match((await fact(page, 'broadcast'))!, /^Revision \d+ went to 2 pages, \d+ ms after/);
    assert.equal(await fact(page, 'edge'), 'This machine: no CloudFront in between.');
    const lit = await page.evaluate(() => [...new Set((window as unknown as { lit: string[] }).lit)]);
    for (const id of [
      'browser',
      'cloudfront',
      'api-gateway',
      'updater',
      'visitor-count',
      'stream',
      'broadcaster',
    ])
      assert.ok(lit.includes(id), `${id} lit up`);
    assert.ok(!lit.includes('s3'), 'nothing was read from S3 here');
    const frames = await page.locator('[data-frames] li').allTextContents();
    assert.match(frames.at(-1)!, /→ sent \{"action":"hello"\}/);
    assert.match(frames[0]!, /← received \{"count":2,"viewers":2,"rev":\d+\}/);
    await page.reload();
    await shows(page, 2, 2);
    assert.match((await fact(page, 'identity'))!, /You reloaded this page/);
    assert.deepEqual([...problems, ...visitor.problems], []);
    await visitor.page.close();
    await page.close();
  });

  test('the counter of the résumé leads there', async () => {
    const { page } = await open('/');
    await page.locator('.counter a').click();
    await page.waitForURL(/\/how$/);
    assert.equal(await page.locator('h1').textContent(), 'How this page works');
    await page.close();
  });

  test('is complete without JavaScript', async () => {
    const page = await (await site.browser.newContext({ javaScriptEnabled: false })).newPage();
    await page.goto(new URL('/how', site.server.url).href);
    assert.ok(await page.locator('svg.picture').isVisible());
    assert.equal(await page.locator('.parts li').count(), 10);
    assert.doesNotMatch((await page.locator('main').textContent())!, /undefined|NaN|null/);
    await page.close();
  });

  test('works without a socket and without storage', async () => {
    const page = await newTab(site.browser);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    // As text: the test runner's loader adds helpers to functions that the page does not have.
    await page.addInitScript(`for (const name of ['sessionStorage', 'WebSocket'])
      Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });`);
    await page.goto(new URL('/how', site.server.url).href);
    await page.waitForFunction(() =>
      document.querySelector('[data-fact=edge]')?.textContent?.startsWith('This'),
    );
    assert.match((await fact(page, 'handshake'))!, /^One transaction writes/);
    assert.deepEqual(errors, []);
    await page.close();
  });

  for (const width of [320, 390, 768, 1280])
    for (const colorScheme of ['light', 'dark'] as const)
      test(`axe finds nothing and nothing overflows at ${width} px, ${colorScheme}`, async () => {
        const { page, problems } = await open('/how', { width, colorScheme });
        await page.locator('[data-frames] li').nth(1).waitFor();
        assert.deepEqual(await axe(page), []);
        assert.equal(await overflow(page), 0);
        assert.deepEqual(problems, []);
        await page.close();
      });
});
