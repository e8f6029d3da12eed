/** `npm run stats`: who opened the résumé, in numbers. */
import { Option } from '@commander-js/extra-typings';
import { linkUrl } from '../count/links.ts';
import { csvOf, drawStatistics, jsonOf } from '../count/report.ts';
import { readStatistics } from '../count/statistics.ts';
import { wholeNumber } from '../terminal/options.ts';
import { refuseExisting, writeFileWhole } from '../terminal/output-file.ts';
import { writeStatsPage } from '../count/stats-page.ts';
import { defineCounterCommand, withCounter } from './counter-options.ts';

export const command = defineCounterCommand(
  'stats',
  'Shows visits by day and week (UTC), counted links, pages, bots, your own visits and the audience. They come from the counter itself, ' +
    'so they are the same on one machine and on AWS, and move with npm run export and import.',
)
  .option('--days <number>', 'how many days and weeks to draw at most', wholeNumber('--days', 1, 3_650), 30)
  .addOption(new Option('--json', 'print JSON').conflicts('csv').default(false))
  .option('--csv', 'print a line of comma-separated values for each day', false)
  .option('--html <file>', 'also write them to a page; refused where the file exists')
  .option('--replace', 'replace that file', false)
  .action(async ({ days, json, csv, html, replace, ...where }) => {
    if (html !== undefined) refuseExisting(html, replace);
    const now = Date.now();
    await withCounter(where, async (counter) => {
      const statistics = await readStatistics(counter.database, now);
      const { name } = counter;
      if (json) console.log(jsonOf(statistics, (link) => linkUrl(counter.url, link)));
      else if (csv) console.log(csvOf(statistics));
      else console.log(drawStatistics(statistics, name, process.stdout.columns ?? 80, days));
      if (html === undefined) return;
      await writeFileWhole(html, writeStatsPage(statistics, { place: name, madeAt: now }));
      if (!json && !csv) console.log(`\nThe page is ${html}.`);
    });
  });
