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
export const LONGEST_MS = 14 * 60_000;
/** Agreement must hold: long enough for a retry, a reconciliation or an old post to break it. */
const STABLE_MS = 130_000;

/** Ends the storm and waits until every open page shows the truth, at most `withinMs`. */
export async function judge(world: World, withinMs = LONGEST_MS): Promise<Verdict> {
  const { simulation, ledger, gateway } = world;
  world.weather = CALM;
  world.deathOf = () => undefined;
  const end = simulation.now();
  const behind = () => world.behind({ count: ledger.counted, viewers: world.viewers }).length;
  await simulation.runUntil(() => world.behind({ count: ledger.counted }).length === 0, withinMs);
  const countMs = Math.round(simulation.now() - end);
  await simulation.runUntil(() => behind() === 0, withinMs - countMs);
  const viewersMs = Math.round(simulation.now() - end);
  const early = behind();
  await simulation.run(STABLE_MS);
  const { lost, doubled } = await ledger.audit(gateway.accepted);
  return { lost, doubled, behind: Math.max(early, behind()), countMs, viewersMs };
}

/** Nothing lost, nothing doubled, nobody behind, and no page ever went back. */
export function assertRight(world: World, { lost, doubled, behind }: Verdict): void {
  assert.deepEqual({ lost, doubled, behind }, { lost: 0, doubled: 0, behind: 0 }, describe(world));
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
