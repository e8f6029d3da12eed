/** `npm run stats`: visits by day. */
import { readCounter } from '../../functions/shared/counter.ts';
import { readSumsByDay } from '../../local-cloud/cloudwatch/index.ts';
import { lastDays, drawBars } from '../terminal/bars.ts';
import { wholeNumber } from '../terminal/options.ts';
import { refuseExisting, writeFileWhole } from '../terminal/output-file.ts';
import { writeStatsPage } from '../terminal/stats-page.ts';
import { defineCounterCommand, openCounter, type CounterOptions } from './counter-options.ts';
import { join } from 'node:path';
import { OWNER } from '../configuration/folders.ts';

const DAY_MS = 86_400_000;

export const command = defineCounterCommand(
  'stats',
  'Draws visits by day (UTC) in the terminal. On AWS they come from CloudWatch, which keeps them for 15 months; on one ' +
    'machine the server stores them next to the count. Imported visits are in the total but in no day.',
)
  .option('--days <number>', 'how many days, up to today: 1 to 455', wholeNumber('--days', 1, 455), 30)
  .option('--html <file>', 'also write them to a page; refused where the file exists')
  .option('--replace', 'replace that file', false)
  .action(async ({ days: number, html, replace, ...where }) => {
    if (html !== undefined) refuseExisting(html, replace);
    const now = Date.now();
    const counter = await openCounter(where);
    try {
      const { count } = await readCounter(counter.database);
      const days = lastDays(now, number, await visitsByDay(where, now - (number - 1) * DAY_MS, now));
      const shown = days.reduce((sum, { visits }) => sum + visits, 0);
      console.log(`${drawBars(days, process.stdout.columns ?? 80)}\n`);
      console.log(
        `${shown.toLocaleString('en')} visits in ${number} days; ${count.toLocaleString('en')} since the beginning (${counter.name}).`,
      );
      if (html === undefined) return;
      const madeAt = new Date(now).toISOString();
      await writeFileWhole(html, writeStatsPage({ place: counter.name, count, days, madeAt }));
      console.log(`The page is ${html}.`);
    } finally {
      await counter.close();
    }
  });

async function visitsByDay(
  { data, env }: CounterOptions,
  since: number,
  now: number,
): Promise<(date: string) => number | undefined> {
  if (env === undefined) {
    const sums = readSumsByDay(data ?? join(OWNER, '.data'));
    return (date) => sums[date]?.['VisitsCounted'];
  }
  const { readVisitsByDay } = await import('../aws/visits.ts');
  const visits = await readVisitsByDay(env, since, now);
  return (date) => visits.get(date);
}
