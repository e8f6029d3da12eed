/** Days add up: whatever happens to broadcasters around midnight, every visit is in one day, and in no other. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DAY_PREFIX } from '../../contract/tables.ts';
import { readStatistics } from '../../cli/count/statistics.ts';
import { startEngine, type Engine } from './env/engine.ts';
import { NO_FAULTS, type FaultRates } from './env/environment.ts';
import { arrivals, conclude, newEnvironment } from './env/scenario.ts';

const MIDNIGHT = Date.UTC(2026, 10, 24);
const BEFORE_MS = 90_000;
const AFTER_MS = 30_000;

/** What goes wrong, and how many visits of the last seconds may be in the next day. */
const CASES: [what: string, faults: Partial<FaultRates>, skewMs: number[], late: number][] = [
  ['no faults', {}, [0, 0], 1],
  [
    'batches that come twice, reordered and much later',
    { batches: ['duplicated', 'reordered', 'replayed'] },
    [0, 0],
    12,
  ],
  ['broadcasters that are killed', { deaths: 0.4 }, [0, 0], 12],
  ['a database that fails', { database: 0.3 }, [0, 0], 12],
  ['clocks five minutes apart', {}, [-300_000, 300_000], 2],
  [
    'all of it',
    { deaths: 0.3, database: 0.2, posts: 0.2, batches: ['duplicated', 'replayed'] },
    [-20_000, 60_000],
    20,
  ],
];

describe('days', { concurrency: 3 }, () => {
  let engine: Engine;
  before(async () => {
    engine = await startEngine();
  });
  after(() => engine.close());

  for (const [what, faults, skewMs, late] of CASES)
    test(what, async (t) => {
      const startAt = MIDNIGHT - BEFORE_MS;
      const env = await newEnvironment(t, engine, { startAt, skewMs, faults: { ...NO_FAULTS, ...faults } });
      await arrivals(env, 30, BEFORE_MS);
      const untilMidnight = env.ledger.counted;
      await arrivals(env, 10, AFTER_MS);
      await conclude(t, env, { scenario: `Midnight, with ${what}`, tried: '40 visits in two minutes' });

      const { days, visits, withoutDay } = await readStatistics(env.database, env.simulation.now());
      assert.deepEqual(
        days.map(({ date }) => date),
        ['2026-11-23', '2026-11-24'],
      );
      const [first, second] = days.map((day) => day.visits) as [number, number];
      assert.deepEqual([first + second, withoutDay], [visits, 0], 'every visit is in a day, once');
      assert.ok(first <= untilMidnight, `${first} of ${untilMidnight} visits: none of the next day`);
      assert.ok(first >= untilMidnight - late, `${first} of ${untilMidnight} visits`);
      assert.ok(days[0]!.viewers > 10 && days[0]!.viewers <= 40, `${days[0]!.viewers} viewers`);

      // Written again, nothing changes.
      void env.reconcile();
      void env.broadcast([]).catch(() => {});
      await env.simulation.run(60_000);
      const again = await readStatistics(env.database, env.simulation.now());
      assert.deepEqual(again.days, days);
      const items = (await engine.items(env.database.visitorCountTable)).filter(({ id }) =>
        id!.S!.startsWith(DAY_PREFIX),
      );
      assert.equal(items.length, 2);
    });
});
