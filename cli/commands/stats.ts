/** `npm run stats`: visits by day, for the owner. */
import { readCounter } from '../../functions/shared/counter.ts';
import { readSumsByDay } from '../../local-cloud/cloudwatch/index.ts';
import { readArguments } from '../terminal/arguments.ts';
import { openPlace } from '../count/counter-location.ts';
import { refuseExisting, writeWhole } from '../terminal/output-file.ts';
import { UserError } from '../../shared/user-error.ts';
import { run } from '../terminal/run.ts';
import { lastDays } from '../terminal/days.ts';
import { writePage } from '../terminal/stats-page.ts';
import { drawBars } from '../terminal/bars.ts';

const COMMAND = 'npm run stats';
const DAY_MS = 86_400_000;
const MAX_DAYS = 455;

const HELP = `Usage: ${COMMAND} -- [--data FOLDER | --env NAME] [options]

Visits by day (UTC), drawn in the terminal. They are statistics: CloudWatch's on AWS, kept for 15 months; on one machine those
that its server has kept beside the count. Imported visits are in the sum, but in no day.

  --data FOLDER   a counter on this machine (default .data)
  --env NAME      an environment on AWS: production, or one of cloud-resume.json
  --days NUMBER   how many, up to today: 1 to ${MAX_DAYS} (default 30)
  --html FILE     also as a page of its own; refused where FILE exists
  --replace       replace FILE

Exit codes: 0, 1 something to mend, 70 a fault in this program.`;

run(async () => {
  const values = readArguments(COMMAND, process.argv.slice(2), {
    data: { type: 'string' },
    env: { type: 'string' },
    days: { type: 'string', default: '30' },
    html: { type: 'string' },
    replace: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  });
  if (values.help) return console.log(HELP);
  const number = Number(values.days);
  if (!Number.isInteger(number) || number < 1 || number > MAX_DAYS)
    throw new UserError(`--days is ${JSON.stringify(values.days)}.`, `Give a number from 1 to ${MAX_DAYS}.`);
  if (values.html !== undefined) refuseExisting(values.html, values.replace);

  const now = Date.now();
  const place = await openPlace({ ...values, create: false });
  try {
    const { count } = await readCounter(place.database);
    const days = lastDays(now, number, await visitsOf(values, now - (number - 1) * DAY_MS, now));
    console.log(`${drawBars(days, process.stdout.columns ?? 80)}\n`);
    const shown = days.reduce((sum, { visits }) => sum + visits, 0);
    console.log(
      `${shown.toLocaleString('en')} visits in ${number} days; ${count.toLocaleString('en')} since the beginning (${place.name}).`,
    );
    if (values.html !== undefined) {
      const madeAt = new Date(now).toISOString();
      await writeWhole(values.html, writePage({ place: place.name, count, days, madeAt }));
      console.log(`The page is ${values.html}.`);
    }
  } finally {
    await place.close();
  }
});

/** Where a day's visits are known from. */
async function visitsOf(
  { data, env }: { data?: string | undefined; env?: string | undefined },
  since: number,
  now: number,
): Promise<(date: string) => number | undefined> {
  if (env === undefined) {
    const sums = readSumsByDay(data ?? '.data');
    return (date) => sums[date]?.['VisitsCounted'];
  }
  const [{ readEnvironment }, { visitsFromCloudWatch }, { inAws }] = await Promise.all([
    import('../aws/environment.ts'),
    import('../aws/visits.ts'),
    import('../aws/errors.ts'),
  ]);
  const { region, updaterFunction } = (await readEnvironment(env)).outputs;
  const visits = await inAws('read the metrics', region, () =>
    visitsFromCloudWatch(region, updaterFunction, since, now),
  );
  return (date) => visits.get(date);
}
