import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'parse5';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { connectClient } from '../../test/support/client.ts';
import { command } from '../../test/support/command.ts';
import { startServer } from '../../test/support/server.ts';
import { drawBars } from '../count/report.ts';
import { writeStatsPage } from '../count/stats-page.ts';

const folder = temporaryFolder();

test('bars are proportional and fit the width', () => {
  const bars = [100, 50, 1, 0].map((value, i) => [`2026-03-0${i + 1}`, value] as const);
  const lines = drawBars(bars, 36).split('\n');
  assert.deepEqual(lines, [
    `2026-03-01  ${'█'.repeat(20)} 100`,
    `2026-03-02  ${'█'.repeat(10)} 50`,
    '2026-03-03  ▎ 1',
    '2026-03-04  0',
  ]);
  assert.deepEqual(drawBars([['a', 0]], 80), 'a  0', 'no visit at all');
});

test('the page is valid HTML, escapes names, and loads and runs nothing', () => {
  const day = { visits: 3, own: 1, bots: 0, editions: { de: 1 }, viewers: 2 };
  const days = Array.from({ length: 30 }, (_, i) => ({
    date: `2026-11-${String(i + 1).padStart(2, '0')}`,
    ...day,
  }));
  const links = [{ id: 'acme-7f3kq2ma', label: '<script>alert(1)</script>', visits: 2, createdAt: 1 }];
  const html = writeStatsPage(
    { visits: 1_042, withoutDay: 952, days, links },
    { place: '<b>"&', madeAt: Date.UTC(2026, 10, 30) },
  );
  const problems: string[] = [];
  parse(html, { onParseError: ({ code }) => problems.push(code) });
  assert.deepEqual(problems, []);
  assert.match(html, /<h1>1,042 visits<\/h1>\n<p class="note">&lt;b&gt;&quot;&amp;<\/p>/);
  assert.match(html, /<th scope="row">&lt;script&gt;alert\(1\)/);
  assert.equal(html.match(/<rect /g)?.length, 30 + 6, 'days and weeks');
  assert.doesNotMatch(html, /<script|https?:|src=/);
});

test('shows the visits of a running server, and writes a page without replacing one', async () => {
  const data = join(folder, 'data');
  const server = await startServer(data);
  try {
    const clients = [];
    for (const visit of ['visit-001', 'visit-002']) clients.push(await connectClient(server.url, { visit }));
    await clients[0]!.until(({ count }) => count === 2);
    const page = join(folder, 'stats.html');

    const output = await command('stats', '--data', data, '--html', page);
    assert.match(output, /\n {2}today +2 {2}visits, in UTC\n/);
    assert.match(output, /\n {2}total +2 {2}visits\n/);
    assert.match(output, /\nVisits by day \(UTC\)\n\n\d{4}-\d\d-\d\d {2}█+ 2\n/);
    assert.match(output, /\nThe page is .*stats\.html\.\n$/);
    assert.match(await readFile(page, 'utf8'), /<h1>2 visits<\/h1>/);
    await assert.rejects(command('stats', '--data', data, '--html', page), {
      message: /stats\.html already exists\.$/,
      remedy: /--replace/,
    });
    const { visits, days } = JSON.parse(await command('stats', '--data', data, '--json')) as {
      visits: number;
      days: unknown[];
    };
    assert.deepEqual([visits, days.length], [2, 1]);
    assert.match(await command('stats', '--data', data, '--csv'), /^date,visits,.*\n.*,2,0,0,/);
  } finally {
    await server.stop();
  }
});
