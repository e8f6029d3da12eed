import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from 'parse5';
import { command } from '../../test/support/command.ts';
import { drawBars, lastDays } from '../terminal/bars.ts';
import { writeStatsPage } from '../terminal/stats-page.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloud-resume-stats-'));
});
after(() => rm(folder, { recursive: true }));

const NOW = Date.UTC(2026, 2, 1, 0, 30);

test('the last days end with today, in UTC, without gaps', () => {
  assert.deepEqual(
    lastDays(NOW, 3, (date) => ({ '2026-02-28': 7 })[date]),
    [
      { date: '2026-02-27', visits: 0 },
      { date: '2026-02-28', visits: 7 },
      { date: '2026-03-01', visits: 0 },
    ],
  );
});

test('bars are proportional to visits and fit the width', () => {
  const days = [100, 50, 1, 0].map((visits, i) => ({ date: `2026-03-0${i + 1}`, visits }));
  const lines = drawBars(days, 36).split('\n');
  assert.deepEqual(lines, [
    `2026-03-01  ${'█'.repeat(20)} 100`,
    `2026-03-02  ${'█'.repeat(10)} 50`,
    '2026-03-03  ▎ 1',
    '2026-03-04  0',
  ]);
  assert.deepEqual(drawBars([{ date: '2026-03-01', visits: 0 }], 80), '2026-03-01  0', 'no visit at all');
});

test('the page is valid HTML, escapes the name, and loads and runs nothing', () => {
  const days = lastDays(NOW, 30, () => 3);
  const html = writeStatsPage({ place: '<b>"&', count: 1_042, days, madeAt: '2026-03-01T00:30:00.000Z' });
  const problems: string[] = [];
  parse(html, { onParseError: ({ code }) => problems.push(code) });
  assert.deepEqual(problems, []);
  assert.match(
    html,
    /<h1>1,042 visits<\/h1>\n<p>Since the beginning, in &lt;b&gt;&quot;&amp;; 90 in the last 30 days/,
  );
  assert.equal(html.match(/<rect /g)?.length, 30);
  assert.equal(html.match(/<tr><th scope="row">/g)?.length, 30);
  assert.doesNotMatch(html, /<script|https?:|src=/);
});

test('shows what a server has stored, and writes a page without replacing one', async () => {
  const data = join(folder, 'data');
  await command('import', '--set', '40', '--data', data);
  const today = new Date().toISOString().slice(0, 10);
  await writeFile(join(data, 'metrics.json'), JSON.stringify({ [today]: { VisitsCounted: 2 } }));
  const page = join(folder, 'stats.html');

  const output = await command('stats', '--data', data, '--days', '7', '--html', page);

  assert.match(
    output,
    /\n2 visits in 7 days; 40 since the beginning \(the data folder .*data\)\.\nThe page is .*stats\.html\.\n$/,
  );
  assert.match(await readFile(page, 'utf8'), /<h1>40 visits<\/h1>/);
  await assert.rejects(command('stats', '--data', data, '--html', page), {
    message: /stats\.html already exists\.$/,
    remedy: /--replace/,
  });
});

test('does not create a counter to show its statistics', () =>
  assert.rejects(command('stats', '--data', join(folder, 'none')), { message: /^There is no counter in/ }));
