/** Compares pages and counter with the truth after a storm. */
import assert from 'node:assert/strict';
import { NO_FAULTS, type Environment } from './environment.ts';

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

/** A page reconnects within 30 s, a page's lease ends after 11 minutes, and two reconciliations take two minutes. */
export const MAX_MS = 14 * 60_000;
/** A page reconnects within 30 s, a broadcaster's lease ends after 10 s, and the second reconciliation delivers to all others. */
const COUNT_MS = 130_000;
/** The numbers must stay right this long: a retry, a reconciliation or an old post could change them. */
const STABLE_MS = 130_000;

/** Ends all faults and waits until every open page shows the truth, at most `withinMs`. */
export async function judge(env: Environment, withinMs = MAX_MS): Promise<Verdict> {
  const { simulation, ledger, gateway } = env;
  env.faults = NO_FAULTS;
  env.deathOf = () => undefined;
  simulation.overtaking = 0;
  const end = simulation.now();
  const behind = () => env.behind({ count: ledger.counted, viewers: env.viewers }).length;
  const left = () => Math.max(0, end + withinMs - simulation.now());
  await simulation.runUntil(() => env.behind({ count: ledger.counted }).length === 0, withinMs);
  const countMs = Math.round(simulation.now() - end);
  let viewersMs: number;
  do {
    const right = await simulation.runUntil(() => behind() === 0, left());
    viewersMs = Math.round(simulation.now() - end);
    if (!right) break;
    // They may be right by chance: a broadcast that includes a ghost may still come.
  } while ((await simulation.runUntil(() => behind() > 0, STABLE_MS)) && left() > 0);
  const { lost, doubled } = await ledger.audit(gateway.accepted);
  return { lost, doubled, behind: behind(), countMs, viewersMs };
}

/** Nothing lost, nothing doubled, no page behind, no page ever went backwards, and no first visit was reported twice. */
export function assertRight(env: Environment, { lost, doubled, behind, countMs }: Verdict): void {
  assert.deepEqual({ lost, doubled, behind }, { lost: 0, doubled: 0, behind: 0 }, describe(env));
  assert.ok(countMs <= COUNT_MS, `the count took ${countMs} ms after the storm; ${describe(env)}`);
  assert.deepEqual(
    env.pages.flatMap((page) => page.faults),
    [],
  );
  assert.equal(new Set(env.mails).size, env.mails.length, env.mails.join('\n'));
}

function describe(env: Environment): string {
  const pages = env.pages
    .filter(({ isOpen }) => isOpen)
    .map(({ visit, shown, live }) => `${visit}: ${JSON.stringify(shown)}${live ? '' : ' (not live)'}`);
  return `seed ${env.seed}; ${env.ledger.counted} visits counted, ${env.viewers} pages open:\n${pages.join('\n')}`;
}
