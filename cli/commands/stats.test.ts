import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from 'parse5';
import { lastDays } from '../terminal/days.ts';
import { writePage } from '../terminal/stats-page.ts';
import { drawBars } from '../terminal/bars.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloud-resume-stats-'));
});
after(() => rm(folder, { recursive: true }));

const NOW = Date.UTC(2026, 2, 1, 0, 30);

test('the last days end with today, in UTC, and know no gaps', () => {
  assert.deepEqual(
    lastDays(NOW, 3, (date) => ({ '2026-02-28': 7 })[date]),
    [
      { date: '2026-02-27', visits: 0 },
      { date: '2026-02-28', visits: 7 },
      { date: '2026-03-01', visits: 0 },
    ],
  );
});

test('bars are as long as their days are busy, within the width', () => {
  const days = [100, 50, 1, 0].map((visits, i) => ({ date: `2026-03-0${i + 1}`, visits }));
  const lines = drawBars(days, 36).split('\n');
  assert.deepEqual(lines, [
    `2026-03-01  ${'█'.repeat(20)} 100`,
    `2026-03-02  ${'█'.repeat(10)} 50`,
    '2026-03-03  ▎ 1',
    '2026-03-04  0',
  ]);
  assert.deepEqual(drawBars([{ date: '2026-03-01', visits: 0 }], 80), '2026-03-01  0', 'nobody at all');
});

test('the page is whole, tells the place as text, and loads and runs nothing', () => {
  const days = lastDays(NOW, 30, () => 3);
  const html = writePage({ place: '<b>"&', count: 1_042, days, madeAt: '2026-03-01T00:30:00.000Z' });
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

function stats(...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'cli/commands/stats.ts', ...args],
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}

test('the command reads what a server has kept, and writes a page where there is none', async () => {
  const data = join(folder, 'data');
  const count = join(folder, 'count.jsonl');
  const counted =
    '{"format":"cloud-resume-count","version":1,"exportedAt":"2026-11-24T15:00:00Z","counted":{"elsewhere":40},"remembered":0}\n';
  await writeFile(count, counted);
  await new Promise<void>((resolve, reject) =>
    execFile(
      process.execPath,
      ['--import', 'tsx', 'cli/commands/import.ts', count, '--data', data],
      (error) => (error ? reject(error) : resolve()),
    ),
  );
  const today = new Date().toISOString().slice(0, 10);
  await writeFile(join(data, 'metrics.json'), JSON.stringify({ [today]: { VisitsCounted: 2 } }));
  const page = join(folder, 'stats.html');
  const { code, output } = await stats('--data', data, '--days', '7', '--html', page);
  assert.equal(code, 0, output);
  assert.match(
    output,
    /\n2 visits in 7 days; 40 since the beginning \(the data folder .*data\)\.\nThe page is .*stats\.html\.\n$/,
  );
  assert.match(await readFile(page, 'utf8'), /<h1>40 visits<\/h1>/);
  const again = await stats('--data', data, '--html', page);
  assert.equal(again.code, 1);
  assert.match(again.output, /stats\.html exists already\.\n.*--replace/);
});

test('what is wrong is named', async () => {
  assert.match((await stats('--days', '0')).output, /--days is "0"\.\nGive a number from 1 to 455/);
  assert.match(
    (await stats('--data', join(folder, 'none'))).output,
    /There is no counter in the data folder/,
  );
  assert.match((await stats('--help')).output, /^Usage: npm run stats[\s\S]*Exit codes/);
});
