/** The counter end to end, in a real browser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { missingChromium } from '../support/chromium.ts';
import { openTab, shows } from '../support/counter-page.ts';
import { startServer } from '../support/server.ts';
import { startedSite } from './started-site.ts';

const options = { skip: missingChromium() };

const site = startedSite();

/** A visitor's tab; `window.problems()` returns script errors and what the policy blocked. */
const visit = () =>
  openTab(site.browser, site.server.url, async (page) => {
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      // Expected while the server is down: the browser reports a socket that cannot connect.
      if (message.type() === 'error' && !message.text().includes('WebSocket')) problems.push(message.text());
    });
    await page.exposeFunction('problems', () => problems);
  });

const noProblems = async (page: Page) =>
  assert.deepEqual(
    await page.evaluate('window.problems()'),
    [],
    'no script error, nothing blocked by the policy',
  );

test(
  'a second visit ticks on the first page, leaving lowers the viewers, a reload does not count',
  options,
  async () => {
    const first = await visit();
    await shows(first, 1, 1);
    assert.equal(await first.locator('[data-counter="visits"]').isVisible(), true);

    const second = await visit();
    await shows(second, 2, 2);
    await shows(first, 2, 2);

    await second.reload();
    await shows(second, 2, 2);
    await shows(first, 2, 2);

    await second.close();
    await shows(first, 2, 1);
    await noProblems(first);
    await first.close();
  },
);

test(
  'after the server is killed and restarted, both pages reconnect and the count is unchanged',
  options,
  async () => {
    const [first, second] = [await visit(), await visit()];
    await shows(first, 4, 2);
    await shows(second, 4, 2);

    const { port } = site.server;
    await site.server.kill();
    site.server = await startServer(site.data, ['--port', String(port)]);

    await shows(first, 4, 2);
    await shows(second, 4, 2);
    const third = await visit();
    for (const page of [first, second, third]) await shows(page, 5, 3);
    for (const page of [first, second, third]) await noProblems(page);
  },
);

test('the last number is on the page before the counter answers', options, async () => {
  const visitor = await visit();
  await visitor.waitForSelector('[data-counter-state=live]');
  const page = await openTab(site.browser, site.server.url, (opened) =>
    opened.addInitScript('WebSocket = class { close() {} }'),
  );
  await page.waitForSelector('[data-counter-state=stale]');
  const visits = async (on: Page) => Number(await on.locator('[data-counter=visits]').textContent());
  // The file is written at most every five seconds.
  assert.ok((await visits(page)) >= 1 && (await visits(page)) <= (await visits(visitor)));
  await page.close();
  await visitor.close();
});
