/** Nobody left behind: whatever happens to a broadcast, every open page ends with the final numbers and never goes back. */
import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { startEngine, type Engine } from './env/engine.ts';
import { report } from './env/report.ts';
import { assertRight, judge, type Verdict } from './env/verdict.ts';
import { NO_FAULTS, Environment, type EnvironmentOptions } from './env/environment.ts';

const SEED = 20_261_123;
let engine: Engine;

async function newEnvironment(
  t: TestContext,
  options: Partial<EnvironmentOptions> = {},
): Promise<Environment> {
  const env = await Environment.start(engine, { seed: SEED, ...options });
  t.after(() => env.close());
  return env;
}

/** Opens pages, each with a visit of its own, spread evenly over the time. */
async function arrivals(env: Environment, pages: number, overMs: number): Promise<void> {
  const first = env.pages.length;
  for (let page = 0; page < pages; page++) {
    env.open(`visit-${first + page}-xxxx`);
    await env.simulation.run(overMs / pages);
  }
}

async function conclude(
  t: TestContext,
  env: Environment,
  row: { scenario: string; tried: string },
): Promise<Verdict> {
  const verdict = await judge(env);
  await report(t, { ...row, ...verdict });
  assertRight(env, verdict);
  return verdict;
}

// A env waits for the database most of the time: several at once take no longer.
describe('broadcasts', { concurrency: 4 }, () => {
  before(async () => {
    engine = await startEngine();
  });
  after(() => engine.close());

  test('batches that come twice, in another order, in halves, and again much later', async (t) => {
    const env = await newEnvironment(t, {
      faults: { ...NO_FAULTS, batches: ['duplicated', 'reordered', 'bisected', 'replayed'] },
    });
    await arrivals(env, 25, 20_000);
    await conclude(t, env, {
      scenario: 'Batches duplicated, reordered, bisected, replayed',
      tried: `${env.eventSource.invocations} batches for 25 visits`,
    });
    assert.ok(env.eventSource.invocations > 10);
  });

  test('the broadcaster ended at 100 random calls, and the batch delivered again', async (t) => {
    const KILLS = 100;
    // No call is slow enough for the updater's own timeout: its ghosts are another scenario, and last until their lease ends.
    const env = await newEnvironment(t, { overtaking: 0, postsPerSecond: 1_000 });
    await arrivals(env, 5, 0);
    await env.simulation.run(10_000);
    const totals = { lost: 0, doubled: 0, behind: 0, countMs: 0 };
    const reached = new Set<number>();
    for (let kill = 0; env.ended < KILLS; kill++) {
      const { simulation, eventSource, gateway } = env;
      // A visit that comes again is an arrival without a new count: the harder case for telling everybody.
      const page = env.open(kill % 3 === 0 ? 'visit-0-xxxx' : `kill-${kill}-xxxx`);
      const call = 1 + simulation.random.below(env.usualCalls);
      const death = { call, carriedOut: simulation.random.happens(0.5) };
      env.nextDeath = death;
      const { ended } = env;
      const since = simulation.now();
      assert.ok(await simulation.runUntil(() => env.nextDeath === undefined, 120_000));

      const told = () =>
        eventSource.idle && env.behind({ count: env.ledger.counted, viewers: 6 }).length === 0;
      await simulation.runUntil(told, 60_000);
      if (env.ended > ended) reached.add(call);
      totals.behind += env.behind({ count: env.ledger.counted, viewers: 6 }).length;
      totals.countMs = Math.max(totals.countMs, simulation.now() - since);
      page.leave();
      // A broadcast that still finds its row would tell everybody of one viewer too many, until the clock looks again.
      assert.ok(
        await simulation.runUntil(
          () => gateway.open.length === 5 && gateway.pendingDisconnects === 0,
          10_000,
        ),
      );
    }
    const { lost, doubled } = await env.ledger.audit(env.gateway.accepted);
    const row = { ...totals, lost, doubled };
    await report(t, {
      scenario: 'Broadcaster ended at a random call',
      tried: `${KILLS} kills, at ${reached.size} different calls`,
      ...row,
    });
    assert.deepEqual([row.lost, row.doubled, row.behind], [0, 0, 0]);
  });

  test('a 410 for a row whose handshake is not complete deletes nobody', async (t) => {
    // What they ask for, once they are open, must not be an answer from before the posts that they missed.
    const env = await newEnvironment(t, {
      faults: { ...NO_FAULTS, database: 0.9, databaseKinds: ['stale'] },
    });
    await arrivals(env, 5, 5_000);
    const { gateway, simulation } = env;
    const rowsOf = async () => (await engine.items(env.database.connectionIdsTable)).length;
    // The answers of $connect are on their way for seconds, while the commits have long been announced.
    gateway.answerDelayMs = 6_000;
    for (let page = 0; page < 10; page++) env.open(`late-${page}-xxxx`);
    await simulation.run(3_000);
    const metTooEarly = gateway.metTooEarly.size;
    assert.equal(await rowsOf(), 15, 'no row was deleted');
    await simulation.run(7_000);
    gateway.answerDelayMs = 0;
    await conclude(t, env, {
      scenario: '410 before the handshake was complete',
      tried: `${metTooEarly} rows met too early`,
    });
    assert.ok(metTooEarly >= 10);
    assert.equal(await rowsOf(), 15);
  });

  test('newcomers in the last second of a storm show the final numbers within a tick', async (t) => {
    const postsPerSecond = 20;
    const env = await newEnvironment(t, { postsPerSecond });
    await arrivals(env, 30, 6_000);
    await arrivals(env, 10, 1_000);
    const verdict = await conclude(t, env, {
      scenario: 'Newcomers in the last second of a storm',
      tried: '40 visits in 7 s, 10 of them in the last',
    });
    const tickMs = (1_000 * 40) / postsPerSecond;
    assert.ok(verdict.viewersMs <= 2 * tickMs, `the tick under way, and one more: ${verdict.viewersMs} ms`);
  });

  for (const skewMs of [
    [0, 0],
    [1_000, -1_000],
  ] as const)
    test(`two broadcasters at once, their clocks ${skewMs[0] - skewMs[1]} ms apart`, async (t) => {
      const env = await newEnvironment(t, { skewMs, postsPerSecond: 10 });
      await arrivals(env, 10, 1_000);
      for (let visit = 0; visit < 10; visit++) {
        // One batch to both, and the clock besides.
        void env.broadcast([]).catch(() => {});
        void env.reconcile();
        env.open(`more-${visit}-xxxx`);
        await env.simulation.run(700);
      }
      await conclude(t, env, {
        scenario: `Two broadcasters at once, clocks ${(skewMs[0] - skewMs[1]) / 1_000} s apart`,
        tried: `${env.eventSource.invocations + 20} invocations for 20 visits`,
      });
    });

  test('@connections down for a minute', async (t) => {
    const env = await newEnvironment(t, {
      faults: { ...NO_FAULTS, posts: 1, postKinds: ['dropped', 429, 500] },
    });
    await arrivals(env, 10, 5_000);
    await env.simulation.run(60_000);
    await conclude(t, env, {
      scenario: '@connections takes nothing for a minute',
      tried: `10 visits, ${env.gateway.posts} posts refused`,
    });
  });

  test('workers that share a large audience', async (t) => {
    const env = await newEnvironment(t, {
      fanOutViewers: 5,
      faults: { ...NO_FAULTS, database: 0.2, posts: 0.2, deaths: 0.2 },
    });
    await arrivals(env, 20, 10_000);
    await conclude(t, env, {
      scenario: 'Audience shared by workers, 20 % faults',
      tried: '20 visits, 5 viewers a worker',
    });
  });
});
