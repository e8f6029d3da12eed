/** A page that left without a `$disconnect` stops being a viewer. docs/faults.md states the bounds. */
import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { startEngine, type Engine } from './env/engine.ts';
import { report } from './env/report.ts';
import { NO_FAULTS, type Environment } from './env/environment.ts';
import { newEnvironment } from './env/scenario.ts';

/** Reconciliation runs once a minute and ignores values younger than 50 s. */
const ANNOUNCED_MS = 110_000;
const LEASE_MS = 11 * 60_000;

describe('ghosts', { concurrency: 4 }, () => {
  let engine: Engine;
  before(async () => {
    engine = await startEngine();
  });
  after(() => engine.close());

  /** Twelve pages are open; half of them leave, and their `$disconnect` is sent or not. */
  async function halfLeaves(t: TestContext, lostDisconnects: number): Promise<Environment> {
    const faults = { ...NO_FAULTS, lostDisconnects };
    const env = await newEnvironment(t, engine, { overtaking: 0, faults });
    for (let page = 0; page < 12; page++) env.open(`visit-${page}-xxxx`);
    await env.simulation.run(40_000);
    assert.deepEqual(env.behind({ count: 12, viewers: 12 }), []);
    for (const page of env.pages.slice(6)) page.leave();
    return env;
  }

  async function untilRight(
    t: TestContext,
    env: Environment,
    scenario: string,
    { count, withinMs, gone }: { count: number; withinMs: number; gone?: { who: string; at: number } },
  ): Promise<void> {
    const since = gone?.at ?? env.simulation.now();
    const expected = () => ({ count, viewers: env.viewers });
    await env.simulation.runUntil(() => env.behind(expected()).length === 0, withinMs);
    const viewersMs = Math.round(env.simulation.now() - since);
    const behind = env.behind(expected()).length;
    const { lost, doubled } = await env.ledger.audit(env.gateway.accepted);
    const tried = gone?.who ?? `${env.pages.length - env.viewers} of ${env.pages.length} pages leave`;
    await report(t, { scenario, tried, lost, doubled, behind, viewersMs });
    assert.deepEqual({ lost, doubled, behind }, { lost: 0, doubled: 0, behind: 0 });
  }

  test('departures from a larger audience are broadcast by reconciliation', async (t) => {
    const env = await halfLeaves(t, 0);
    await untilRight(t, env, 'Pages leave, $disconnect comes', { count: 12, withinMs: ANNOUNCED_MS });
  });

  test('a broadcast deletes the ghosts that it meets (410)', async (t) => {
    const env = await halfLeaves(t, 1);
    await env.simulation.run(5_000);
    env.open('one-more-visit');
    await env.simulation.run(1_000);
    assert.equal((await engine.items(env.database.connectionIdsTable)).length, 7);
    await untilRight(t, env, '$disconnect lost, next arrival: 410', {
      count: 13,
      withinMs: ANNOUNCED_MS,
    });
  });

  test('without arrivals, a ghost lasts as long as its lease', async (t) => {
    const env = await halfLeaves(t, 1);
    await untilRight(t, env, '$disconnect lost, no arrival: lease', {
      count: 12,
      withinMs: LEASE_MS + ANNOUNCED_MS,
    });
  });

  test('a vanished plain client lasts as long as a connection can', async (t) => {
    const faults = { ...NO_FAULTS, lostDisconnects: 1 };
    const env = await newEnvironment(t, engine, { overtaking: 0, faults });
    const plain = env.gateway.connect(undefined, { opened() {}, message() {}, closed() {} });
    env.open('the-page-that-stays');
    await env.simulation.run(40_000);
    assert.deepEqual(env.behind({ count: 2, viewers: 2 }), []);
    plain.close();
    const gone = { who: '1 client without a visit id', at: env.simulation.now() };
    await env.simulation.run(7_200_000);
    await untilRight(t, env, 'Plain client vanishes: expiry', {
      count: 2,
      withinMs: 300_000 + ANNOUNCED_MS,
      gone,
    });
  });
});
