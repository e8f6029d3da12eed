/** Properties of the counter in random storms: fast-check generates them, and shrinks one that fails. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { startEngine, type Engine } from './env/engine.ts';
import { SEED } from '../support/seed.ts';
import { report } from './env/report.ts';
import { assertRight, judge, type Verdict } from './env/verdict.ts';
import { Environment } from './env/environment.ts';

const STORMS = 48;
const LANES = 4;

const probability = (max: number) => fc.integer({ min: 0, max: 10 }).map((tenths) => (tenths / 10) * max);
const step = fc.record({
  pauseMs: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 1, max: 3_000 }),
    fc.integer({ min: 3_000, max: 40_000 }),
  ),
  action: fc.constantFrom('open', 'open', 'open', 'leave', 'come back', 'cut', 'batch', 'reconcile'),
  who: fc.nat(5),
});
const storms = fc.record({
  seed: fc.nat(),
  counterShards: fc.integer({ min: 1, max: 4 }),
  postsPerSecond: fc.constantFrom(1, 10, 100),
  fanOutViewers: fc.constantFrom(2, 5_000),
  skewMs: fc.tuple(fc.integer({ min: -1_000, max: 1_000 }), fc.integer({ min: -1_000, max: 1_000 })),
  overtaking: probability(0.1),
  faults: fc.record({
    database: probability(0.5),
    posts: probability(0.5),
    lostDisconnects: probability(1),
    deaths: probability(0.5),
    batches: fc.subarray(['duplicated', 'reordered', 'bisected', 'replayed'] as const),
  }),
  steps: fc.array(step, { minLength: 1, maxLength: 14 }),
});
type Storm = typeof storms extends fc.Arbitrary<infer T> ? T : never;

let engine: Engine;
before(async () => {
  engine = await startEngine();
});
after(() => engine.close());

async function play({ steps, ...options }: Storm): Promise<Verdict & { env: Environment }> {
  const env = await Environment.start(engine, options);
  try {
    env.open('visit-0-xxxx');
    for (const { pauseMs, action, who } of steps) {
      await env.simulation.run(pauseMs);
      act(env, action, who);
    }
    const verdict = await judge(env);
    return { ...verdict, env };
  } finally {
    await env.close();
  }
}

function act(env: Environment, action: Storm['steps'][number]['action'], who: number): void {
  const page = env.pages[who % env.pages.length]!;
  switch (action) {
    case 'open':
      return void env.open(`visit-${who}-xxxx`);
    case 'leave':
      return page.isOpen ? page.leave() : undefined;
    case 'come back':
      return page.isOpen ? undefined : page.comeBack();
    case 'cut':
      return env.gateway.open.length > 0
        ? env.gateway.cut(env.gateway.open[who % env.gateway.open.length]!)
        : undefined;
    case 'batch':
      return void env.broadcast([]).catch(() => {});
    case 'reconcile':
      return void env.reconcile();
  }
}

test(`${STORMS} random storms lose nothing, double nothing and leave no page behind`, async (t) => {
  const totals = { handshakes: 0, visits: 0, lost: 0, doubled: 0, behind: 0, countMs: 0, viewersMs: 0 };
  const property = fc.asyncProperty(storms, async (storm) => {
    const { env, ...verdict } = await play(storm);
    totals.handshakes += env.gateway.handshakes;
    totals.visits += env.ledger.counted;
    totals.lost += verdict.lost;
    totals.doubled += verdict.doubled;
    totals.behind += verdict.behind;
    totals.countMs = Math.max(totals.countMs, verdict.countMs);
    totals.viewersMs = Math.max(totals.viewersMs, verdict.viewersMs);
    assertRight(env, verdict);
  });
  // An environment mostly waits for the database, so several run at the same time.
  await Promise.all(
    Array.from({ length: LANES }, (_, lane) =>
      fc.assert(property, { seed: SEED + lane, numRuns: STORMS / LANES, interruptAfterTimeLimit: 120_000 }),
    ),
  );
  const { handshakes, visits, ...row } = totals;
  await report(t, {
    scenario: 'Random storms (fast-check)',
    tried: `${STORMS} storms, ${handshakes} handshakes of ${visits} visits`,
    ...row,
  });
  assert.ok(handshakes > visits && visits > STORMS);
});
