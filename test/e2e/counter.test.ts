/** The counter end to end, in real browser windows. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, missingChromium } from '../support/chromium.ts';
import { shows } from '../support/counter-page.ts';
import { dataFolder, startServer, type RunningServer } from '../support/server.ts';

const options = { skip: missingChromium() };

let data: Awaited<ReturnType<typeof dataFolder>>;
let server: RunningServer;
let browser: Browser;

before(async () => {
  if (options.skip) return;
  data = await dataFolder();
  [server, browser] = await Promise.all([startServer(data.path), launchChromium()]);
});
after(async () => {
  await browser?.close();
  await server?.kill();
  await data?.remove();
});

/** A window with its own sessionStorage, like another visitor's. */
async function visit(): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    // Expected while the server is down: the browser reports a socket that cannot connect.
    if (message.type() === 'error' && !message.text().includes('WebSocket')) problems.push(message.text());
  });
  await page.goto(server.url);
  await page.exposeFunction('problems', () => problems);
  return page;
}

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

    await second.context().close();
    await shows(first, 2, 1);
    await noProblems(first);
    await first.context().close();
  },
);

test(
  'after the server is killed and restarted, both pages reconnect and the count is unchanged',
  options,
  async () => {
    const [first, second] = [await visit(), await visit()];
    await shows(first, 4, 2);
    await shows(second, 4, 2);

    const { port } = server;
    await server.kill();
    server = await startServer(data.path, ['--port', String(port)]);

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
  const page = await (await browser.newContext()).newPage();
  await page.addInitScript('WebSocket = class { close() {} }');
  await page.goto(server.url);
  await page.waitForSelector('[data-counter-state=stale]');
  const visits = async (on: Page) => Number(await on.locator('[data-counter=visits]').textContent());
  // The file is written at most every five seconds.
  assert.ok((await visits(page)) >= 1 && (await visits(page)) <= (await visits(visitor)));
  await page.context().close();
  await visitor.context().close();
});
