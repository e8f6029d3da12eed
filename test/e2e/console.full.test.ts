/** The console in Chromium, next to `npm run dev`; and the demo to its end. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { runDemo } from '../../console/lab/demo.ts';
import { missingChromium, newTab } from '../support/chromium.ts';
import { connectClient } from '../support/client.ts';
import { SEED } from '../support/seed.ts';
import { axe, overflow, problemsOf, type PageOptions } from './page-browser.ts';
import { startedSite } from './started-site.ts';

describe('the console', { skip: missingChromium() }, () => {
  const site = startedSite(() => ['--console-port', '0'], { command: 'dev' });
  let url: string;
  before(async () => {
    const line = /^console .*$/m.exec(site.server.output())?.[0] ?? (await site.server.says(/^console /));
    url = line.slice('console '.length);
  });

  async function open({ width = 1280, colorScheme = 'light' }: PageOptions = {}) {
    const page = await newTab(site.browser);
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    const problems = problemsOf(page, url);
    await page.goto(url);
    return { page, problems };
  }
  const chosen = (page: Page) => page.locator('[data-detail]');
  /** Opens the newest visit with that id and one of its steps. */
  async function choose(page: Page, visit: string, step: string) {
    await page
      .locator('[data-visits] button', { hasText: visit.slice(0, 8) })
      .first()
      .click();
    await page.locator('.timeline button', { hasText: step }).first().click();
    await chosen(page).locator('h3', { hasText: step }).waitFor();
  }

  test('two visits tick and appear as traces, with every payload', async () => {
    const { page, problems } = await open();
    const clients = [await connectClient(site.server.url, { visit: 'aaaaaaaa-1' })];
    await clients[0]!.until(({ viewers }) => viewers === 1);
    clients.push(await connectClient(site.server.url, { visit: 'bbbbbbbb-2' }));
    const { rev } = await clients[0]!.until(({ count }) => count === 2);

    // Nothing is chosen yet: the trace follows the newest visit.
    await page.locator('[data-trace] .hint', { hasText: 'bbbbbbbb-2' }).waitFor();
    await choose(page, 'bbbbbbbb-2', 'updater: $connect');
    const steps = await page.locator('.timeline button > span').allTextContents();
    for (const step of [
      'Handshake',
      'updater: $connect',
      'Transaction',
      'Stream record',
      `broadcaster: broadcast ${rev}`,
      'Post',
    ])
      assert.ok(steps.includes(step), `${step} is in ${steps.join(', ')}`);
    const event = JSON.parse(await chosen(page).locator('textarea').inputValue()) as {
      queryStringParameters: object;
    };
    assert.deepEqual(event.queryStringParameters, { visit: 'bbbbbbbb-2' });
    const detail = (await chosen(page).textContent())!;
    for (const part of [
      '"statusCode": 200',
      '"message":"connected"',
      'awsRequestId',
      'VISITOR_COUNT_TABLE',
      'MB used',
      // Cold, if the first visit still occupied the warm environment.
      'Start',
    ])
      assert.ok(detail.includes(part), part);
    assert.ok(!detail.includes('cloud-resume-visitor-count'), 'names of variables, not their values');
    await choose(page, 'bbbbbbbb-2', 'broadcaster: broadcast');
    assert.match(await chosen(page).locator('textarea').inputValue(), /"SequenceNumber"/);
    await choose(page, 'bbbbbbbb-2', 'Post');
    assert.match((await chosen(page).locator('pre').textContent())!, new RegExp(`"rev": ${rev}`));
    await page.locator('[data-table=shards]', { hasText: 'Sum22' }).waitFor();
    await (await fetch(site.server.url)).text();
    await page.locator('.picture [data-node=s3]', { hasText: /^S3[1-9]/ }).waitFor();
    assert.deepEqual(problems, []);
    await Promise.all(clients.map((client) => client.close()));
    await page.close();
  });

  test('an event is replayed, edited or not; a failing replay shows its error', async () => {
    const { page, problems } = await open();
    const client = await connectClient(site.server.url, { visit: 'cccccccc-3' });
    await choose(page, 'cccccccc-3', 'updater: $connect');
    const answer = chosen(page).locator('.answer');
    const replay = chosen(page).getByRole('button', { name: 'Replay' });
    await replay.click();
    await answer.filter({ hasText: '"statusCode": 200' }).waitFor();
    const editor = chosen(page).locator('textarea');
    await editor.fill((await editor.inputValue()).replaceAll('cccccccc-3', '!'));
    await replay.click();
    await answer.filter({ hasText: '"statusCode": 400' }).waitFor();
    await page.locator('[data-others]', { hasText: 'Replay of updater: $connect' }).waitFor();
    assert.equal(await page.locator('.timeline button', { hasText: 'Replay' }).count(), 0);
    await editor.fill('{"requestContext":null}');
    await replay.click();
    await answer.filter({ hasText: 'TypeError' }).waitFor();
    await editor.fill('{');
    await replay.click();
    await answer.filter({ hasText: 'The event is not JSON' }).waitFor();
    // The last one was refused with 400, which the browser reports.
    assert.deepEqual(
      problems.filter((problem) => !problem.includes('400 (Bad Request)')),
      [],
    );
    await client.close();
    await page.close();
  });

  test('a connection is posted to and closed; a binary frame and a 128 KB message are shown', async () => {
    const { page } = await open();
    const client = await connectClient(site.server.url, { visit: 'dddddddd-4' });
    await choose(page, 'dddddddd-4', 'Handshake');
    const id = await chosen(page).locator('dt:text-is("Connection") + dd').textContent();
    await page.getByLabel('Frame to post').fill('{"count":77,"viewers":7,"rev":9999}');
    await page.getByRole('button', { name: `Post ${id}` }).click();
    assert.equal((await client.until(({ rev }) => rev === 9999)).count, 77);

    const big = await connectClient(site.server.url, { visit: 'eeeeeeee-5' });
    // Frames of 32 KB, as API Gateway wants them.
    const text = JSON.stringify({ action: 'hello', filler: 'x'.repeat(128 * 1024 - 40) });
    for (let at = 0; at < text.length; at += 32_000)
      big.socket.send(text.slice(at, at + 32_000), { fin: at + 32_000 >= text.length });
    await page.locator('[data-visits] button', { hasText: 'eeeeeeee' }).first().click();
    await page.locator('.later button', { hasText: 'Message: hello' }).click();
    await chosen(page).locator('pre', { hasText: 'xxxxxxxx' }).waitFor();
    big.socket.send(Buffer.from([1, 2, 3]));
    await page.locator('.later button', { hasText: 'Disconnect' }).first().click();
    await chosen(page).locator('dd', { hasText: '1003' }).waitFor();

    const closed = new Promise((resolve) => client.socket.once('close', resolve));
    await page.getByRole('button', { name: `Close ${id}` }).click();
    await closed;
    await page.close();
  });

  test('markup that a visitor sends stays text', async () => {
    const { page, problems } = await open();
    const markup = '<img src="//evil.example/x" onerror="alert(1)">';
    const visitor = connectClient(site.server.url, { visit: markup, headers: { 'user-agent': markup } });
    await assert.rejects(visitor, { statusCode: 400 });
    await choose(page, markup, 'Handshake');
    await chosen(page).locator('dd', { hasText: markup }).waitFor();
    await choose(page, markup, 'updater: $connect');
    assert.ok((await chosen(page).locator('textarea').inputValue()).includes('evil.example'));
    assert.equal(await page.locator('img, iframe, [onerror]').count(), 0);
    assert.deepEqual(problems, []);
    await page.close();
  });

  test('two consoles show the site at the same time', async () => {
    const pages = await Promise.all([open(), open()]);
    for (const { page, problems } of pages) {
      await page.locator('[data-status]', { hasText: 'Everything works' }).waitFor();
      assert.deepEqual(problems, []);
      await page.close();
    }
  });

  for (const width of [390, 1280])
    for (const colorScheme of ['light', 'dark'] as const)
      test(`axe finds nothing and nothing overflows at ${width} px, ${colorScheme}`, async () => {
        const { page, problems } = await open({ width, colorScheme });
        const client = await connectClient(site.server.url, { visit: `ffffff${width}-${colorScheme}` });
        await page.locator('.connections li').first().waitFor();
        await choose(page, `ffffff${width}`, 'updater: $connect');
        assert.deepEqual(await axe(page), []);
        assert.equal(await overflow(page), 0);
        assert.deepEqual(problems, []);
        await client.close();
        await page.close();
      });
});

test('the demo runs to its end: nothing lost, nothing doubled', { timeout: 500_000 }, async (t) => {
  const lines: string[] = [];
  assert.ok(
    await runDemo({ pauseMs: 0, consolePort: 0, seed: SEED, say: (line) => lines.push(line) }),
    lines.join('\n'),
  );
  t.diagnostic(lines.join('\n'));
  assert.equal(lines.at(-1), '0 lost, 0 doubled');
});
