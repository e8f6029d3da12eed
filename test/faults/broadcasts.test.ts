/** No page left behind: whatever happens to a broadcast, every open page ends with the final numbers and never goes backwards. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startEngine, type Engine } from './env/engine.ts';
import { NO_FAULTS } from './env/environment.ts';
import { killBroadcaster } from './env/kills.ts';
import { arrivals, conclude, newEnvironment } from './env/scenario.ts';

let engine: Engine;

// An environment mostly waits for the database, so several run at the same time.
describe('broadcasts', { concurrency: 4 }, () => {
  before(async () => {
    engine = await startEngine();
  });
  after(() => engine.close());

  test('batches that come twice, in another order, in halves, or again much later', async (t) => {
    const env = await newEnvironment(t, engine, {
      faults: { ...NO_FAULTS, batches: ['duplicated', 'reordered', 'bisected', 'replayed'] },
    });
    await arrivals(env, 25, 20_000);
    await conclude(t, env, {
      scenario: 'Batches duplicated, reordered, bisected, replayed',
      tried: `${env.eventSource.invocations} batches for 25 visits`,
    });
    assert.ok(env.eventSource.invocations > 10);
  });

  test('a broadcaster that is killed, with its batch redelivered', (t) => killBroadcaster(t, engine, 3));

  test('a 410 before the handshake is complete deletes no row', async (t) => {
    // Once open, pages say hello: the answer must not be older than the posts that they missed.
    const env = await newEnvironment(t, engine, {
      faults: { ...NO_FAULTS, database: 0.9, databaseKinds: ['stale'] },
    });
    await arrivals(env, 5, 5_000);
    const { gateway, simulation } = env;
    const rowsOf = async () => (await engine.items(env.database.connectionIdsTable)).length;
    // The answers of $connect take seconds, long after their commits have started broadcasts.
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

  test('arrivals in the last second of a storm show the final numbers within a tick', async (t) => {
    const postsPerSecond = 20;
    const env = await newEnvironment(t, engine, { postsPerSecond });
    await arrivals(env, 30, 6_000);
    await arrivals(env, 10, 1_000);
    const verdict = await conclude(t, env, {
      scenario: 'Arrivals in the last second of a storm',
      tried: '40 visits in 7 s, 10 of them in the last',
    });
    const tickMs = (1_000 * 40) / postsPerSecond;
    assert.ok(verdict.viewersMs <= 2 * tickMs, `the current tick and the next one: ${verdict.viewersMs} ms`);
  });

  for (const skewMs of [
    [0, 0],
    [1_000, -1_000],
  ] as const)
    test(`two simultaneous broadcasters with clocks ${skewMs[0] - skewMs[1]} ms apart`, async (t) => {
      const env = await newEnvironment(t, engine, { skewMs, postsPerSecond: 10 });
      await arrivals(env, 10, 1_000);
      for (let visit = 0; visit < 10; visit++) {
        // A batch and the clock, simultaneously.
        void env.broadcast([]).catch(() => {});
        void env.reconcile();
        env.open(`more-${visit}-xxxx`);
        await env.simulation.run(700);
      }
      await conclude(t, env, {
        scenario: `Two simultaneous broadcasters, clocks ${(skewMs[0] - skewMs[1]) / 1_000} s apart`,
        tried: `${env.eventSource.invocations + 20} invocations for 20 visits`,
      });
    });

  const MINUTE_MS = 60_000;
  for (const [updater, ...broadcasters] of [
    [0, 5, 0],
    [0, -5, 5],
    [5, 0, 0],
    [-5, 5, 5],
    [0, 20, 0],
    [0, -20, 20],
    [20, 0, 0],
    [-20, 0, -20, 20],
  ] as const)
    test(`clocks off by minutes: updater ${updater}, broadcasters ${broadcasters.join(', ')}`, async (t) => {
      const env = await newEnvironment(t, engine, {
        updaterSkewMs: updater * MINUTE_MS,
        skewMs: broadcasters.map((minutes) => minutes * MINUTE_MS),
        postsPerSecond: 10,
      });
      await arrivals(env, 20, 40_000);
      await conclude(t, env, {
        scenario: `Clocks off by minutes: updater ${updater}, broadcasters ${broadcasters.join(', ')}`,
        tried: '20 visits in 40 s',
      });
    });

  test('@connections down for a minute', async (t) => {
    const env = await newEnvironment(t, engine, {
      faults: { ...NO_FAULTS, posts: 1, postKinds: ['dropped', 429, 500] },
    });
    await arrivals(env, 10, 5_000);
    await env.simulation.run(60_000);
    await conclude(t, env, {
      scenario: '@connections accepts nothing for a minute',
      tried: `10 visits, ${env.gateway.posts} posts refused`,
    });
  });

  test('workers that share a large audience', async (t) => {
    const env = await newEnvironment(t, engine, {
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
