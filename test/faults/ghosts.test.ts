/** Ghosts fade: a page that left without a word is no viewer for long. Bounds are those that docs/faults.md states. */
import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { startEngine, type Engine } from './world/engine.ts';
import { report } from './world/report.ts';
import { CALM, World } from './world/world.ts';

/** Reconciliation comes once a minute and leaves values alone that are younger than 50 s. */
const ANNOUNCED_MS = 110_000;
const LEASE_MS = 11 * 60_000;

describe('ghosts', { concurrency: 4 }, () => {
  let engine: Engine;
  before(async () => {
    engine = await startEngine();
  });
  after(() => engine.close());

  /** Twelve pages are open; half of them leave, and their `$disconnect` is sent or not. */
  async function halfLeaves(t: TestContext, lostDisconnects: number): Promise<World> {
    const world = await World.start(engine, {
      seed: 7,
      overtaking: 0,
      weather: { ...CALM, lostDisconnects },
    });
    t.after(() => world.close());
    for (let page = 0; page < 12; page++) world.open(`visit-${page}-xxxx`);
    await world.simulation.run(40_000);
    assert.deepEqual(world.behind({ count: 12, viewers: 12 }), []);
    for (const page of world.pages.slice(6)) page.leave();
    return world;
  }

  async function untilRight(
    t: TestContext,
    world: World,
    scenario: string,
    { count, withinMs, gone }: { count: number; withinMs: number; gone?: { who: string; at: number } },
  ): Promise<void> {
    const since = gone?.at ?? world.simulation.now();
    const expected = () => ({ count, viewers: world.viewers });
    await world.simulation.runUntil(() => world.behind(expected()).length === 0, withinMs);
    const viewersMs = Math.round(world.simulation.now() - since);
    const behind = world.behind(expected()).length;
    const { lost, doubled } = await world.ledger.audit(world.gateway.accepted);
    const tried = gone?.who ?? `${world.pages.length - world.viewers} of ${world.pages.length} pages leave`;
    await report(t, { scenario, tried, lost, doubled, behind, viewersMs });
    assert.deepEqual({ lost, doubled, behind }, { lost: 0, doubled: 0, behind: 0 });
  }

  test('pages that say good-bye are announced by reconciliation', async (t) => {
    const world = await halfLeaves(t, 0);
    await untilRight(t, world, 'Pages leave, $disconnect comes', { count: 12, withinMs: ANNOUNCED_MS });
  });

  test('a broadcast that meets ghosts forgets them (410)', async (t) => {
    const world = await halfLeaves(t, 1);
    await world.simulation.run(5_000);
    world.open('one-more-visit');
    await world.simulation.run(1_000);
    assert.equal((await engine.items(world.database.connectionIdsTable)).length, 7);
    await untilRight(t, world, '$disconnect lost, next newcomer: 410', {
      count: 13,
      withinMs: ANNOUNCED_MS,
    });
  });

  test('without a newcomer a ghost lasts as long as its lease', async (t) => {
    const world = await halfLeaves(t, 1);
    await untilRight(t, world, '$disconnect lost, nobody comes: lease', {
      count: 12,
      withinMs: LEASE_MS + ANNOUNCED_MS,
    });
  });

  test('a plain client that vanishes lasts as long as a connection can', async (t) => {
    const world = await World.start(engine, {
      seed: 7,
      overtaking: 0,
      weather: { ...CALM, lostDisconnects: 1 },
    });
    t.after(() => world.close());
    const plain = world.gateway.connect(undefined, { opened() {}, message() {}, closed() {} });
    world.open('the-page-that-stays');
    await world.simulation.run(40_000);
    assert.deepEqual(world.behind({ count: 2, viewers: 2 }), []);
    plain.close();
    const gone = { who: '1 client without a visit id', at: world.simulation.now() };
    await world.simulation.run(7_200_000);
    await untilRight(t, world, 'Plain client vanishes: expiry', {
      count: 2,
      withinMs: 300_000 + ANNOUNCED_MS,
      gone,
    });
  });
});
