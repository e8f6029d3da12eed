/** What is left of a storm when it has ended. */
import assert from 'node:assert/strict';
import { CALM, type World } from './world.ts';

export interface Verdict {
  /** Accepted visits that are not in the count. */
  lost: number;
  /** By how much the count exceeds the visits. */
  doubled: number;
  /** Open pages that do not show the final numbers. */
  behind: number;
  /** From the end of the storm until every open page showed the final count; milliseconds. */
  countMs: number;
  /** … and the right number of viewers, which ghosts raise until they are found. */
  viewersMs: number;
}

/** A page tries again within 30 s, a lease ends after 11 minutes, the next reconciliation but one is two minutes later. */
export const MAX_MS = 14 * 60_000;
/** A page tries again within 30 s, a lease ends after some ten, and the second reconciliation tells whoever was missed. */
const COUNT_MS = 130_000;
/** Agreement must hold this long: a retry, a reconciliation or an old post could break it. */
const STABLE_MS = 130_000;

/** Ends the storm and waits until every open page shows the truth, at most `withinMs`. */
export async function judge(world: World, withinMs = MAX_MS): Promise<Verdict> {
  const { simulation, ledger, gateway } = world;
  world.weather = CALM;
  world.deathOf = () => undefined;
  simulation.overtaking = 0;
  const end = simulation.now();
  const behind = () => world.behind({ count: ledger.counted, viewers: world.viewers }).length;
  const left = () => Math.max(0, end + withinMs - simulation.now());
  await simulation.runUntil(() => world.behind({ count: ledger.counted }).length === 0, withinMs);
  const countMs = Math.round(simulation.now() - end);
  let viewersMs: number;
  do {
    const right = await simulation.runUntil(() => behind() === 0, left());
    viewersMs = Math.round(simulation.now() - end);
    if (!right) break;
    // It may have been right by chance: a broadcast that tells of a ghost is still to come.
  } while ((await simulation.runUntil(() => behind() > 0, STABLE_MS)) && left() > 0);
  const { lost, doubled } = await ledger.audit(gateway.accepted);
  return { lost, doubled, behind: behind(), countMs, viewersMs };
}

/** Nothing lost, nothing doubled, nobody behind, and no page ever went back. */
export function assertRight(world: World, { lost, doubled, behind, countMs }: Verdict): void {
  assert.deepEqual({ lost, doubled, behind }, { lost: 0, doubled: 0, behind: 0 }, describe(world));
  assert.ok(countMs <= COUNT_MS, `the count took ${countMs} ms after the storm; ${describe(world)}`);
  assert.deepEqual(
    world.pages.flatMap((page) => page.faults),
    [],
  );
}

function describe(world: World): string {
  const pages = world.pages
    .filter(({ isOpen }) => isOpen)
    .map(({ visit, shown, live }) => `${visit}: ${JSON.stringify(shown)}${live ? '' : ' (not live)'}`);
  return `seed ${world.seed}; ${world.ledger.counted} visits counted, ${world.viewers} pages open:\n${pages.join('\n')}`;
}
