/**
 * A model check of the broadcaster: its real code, with a store in memory, through all interleavings of its calls with visits, a crash, an
 * expiring lease, a refused post and the clock.
 *
 * Given the same answers, a broadcaster makes the same calls. So a state consists of the tables, the pages, and for each broadcaster its
 * progress and the answers of its current attempt. Running the attempt again with these answers leads to its next calls.
 */
import type { BroadcastState } from '../../../contract/tables.ts';
import type { Snapshot } from '../../../contract/messages.ts';
import { LEASE_MS } from '../../../functions/broadcaster/deliver.ts';
import type { PostResult } from '../../../functions/shared/management-api.ts';
import type { Connection } from '../../../functions/broadcaster/store.ts';
import { NEVER_BROADCAST, totalsOf, type Totals } from '../../../functions/shared/counter.ts';
import { Replay, type Attempt, type Call, type Ended, type Mistake } from './model-attempt.ts';

export interface Bounds {
  visits: number;
  crashes: number;
  /** Posts that are refused once. */
  refusals: number;
  /** Runs of the clock. */
  clocks: number;
  /** Times that a lease expires although its holder is alive. */
  expiries: number;
}

export interface Result {
  states: number;
  /** Each kind of violation with the shortest steps that lead to it. */
  violations: Map<string, string[]>;
}

interface Broadcaster extends Attempt {
  event: 'batch' | 'clock';
  /** Its pages and their count at the call: on return, they must show at least that. */
  atCall: { count: number; pages: string[] };
  /** What it saw before it paused. */
  polled?: string;
}

interface State {
  now: number;
  broadcast: BroadcastState;
  totals: Totals;
  rows: Connection[];
  /** The count that each page shows. */
  shown: Record<string, number>;
  running: Broadcaster[];
  left: Bounds;
}

/** Explores every state within the bounds, breadth first. With a mistake, it stops at the first violation. */
export async function explore(bounds: Partial<Bounds>, mistake?: Mistake): Promise<Result> {
  const initial: State = {
    // As if the last broadcast was long ago.
    now: 1_000 * LEASE_MS,
    broadcast: NEVER_BROADCAST,
    totals: totalsOf([]),
    rows: [],
    shown: {},
    running: [],
    left: { visits: 0, crashes: 0, refusals: 0, clocks: 0, expiries: 0, ...bounds },
  };
  const seen = new Map<string, { parent: string; step: string } | undefined>();
  const violations = new Map<string, string[]>();
  const queue: { state: State; key: string }[] = [];
  const pathTo = (key: string, last: string): string[] => {
    const steps = [last];
    for (let at = seen.get(key); at; at = seen.get(at.parent)) steps.unshift(at.step);
    return steps;
  };
  const visit = (state: State, from?: { parent: string; step: string }) => {
    const key = keyOf(state);
    if (seen.has(key)) return;
    seen.set(key, from);
    queue.push({ state, key });
  };
  visit(initial);
  const broadcasters = new Replay(mistake);
  for (let at = 0; at < queue.length && !(mistake && violations.size > 0); at++) {
    const { state, key } = queue[at]!;
    for (const { step, next, violation } of await successors(state, broadcasters, mistake)) {
      if (violation === undefined) visit(next, { parent: key, step });
      else if (!violations.has(violation)) violations.set(violation, pathTo(key, step));
    }
    // Frees its memory.
    queue[at] = undefined!;
  }
  return { states: seen.size, violations };
}

/** States in which two broadcasters have changed places are the same. */
function keyOf({ running, ...rest }: State): string {
  return [JSON.stringify(rest), ...running.map(keyOfBroadcaster).sort()].join();
}

const keys = new WeakMap<Broadcaster, string>();
function keyOfBroadcaster(broadcaster: Broadcaster): string {
  const key = keys.get(broadcaster) ?? JSON.stringify(broadcaster);
  keys.set(broadcaster, key);
  return key;
}

/** A copy to change. Broadcasters are shared: replace those that change. */
const copyOf = (state: State): State => ({
  ...state,
  broadcast: { ...state.broadcast },
  totals: { ...state.totals },
  rows: [...state.rows],
  shown: { ...state.shown },
  running: [...state.running],
  left: { ...state.left },
});

interface Successor {
  step: string;
  next: State;
  violation?: string;
}

async function successors(state: State, replay: Replay, mistake?: Mistake): Promise<Successor[]> {
  const found: Successor[] = [];
  const add = (step: string, change: (next: State) => string | undefined | void) => {
    const next = copyOf(state);
    const violation = change(next) ?? undefined;
    found.push({ step, next, ...(violation !== undefined && { violation }) });
  };
  let waiting = false;
  for (const [index, broadcaster] of state.running.entries()) {
    const who = `${broadcaster.event} ${index}`;
    const outcome = await replay.run(broadcaster);
    if ('result' in outcome) {
      add(`${who} ends an attempt`, (next) => end(next, index, outcome));
      // Nothing else depends on when this happens.
      return [found.at(-1)!];
    }
    const { calls } = outcome;
    const names = calls.map(({ name }) => name).join(', ');
    if (calls[0]!.name === 'sleep') {
      // Nothing has changed for a broadcaster that waits for the lease.
      if (broadcaster.polled === poll(state)) {
        waiting = true;
        continue;
      }
      add(`${who}: ${names}`, (next) => respond(next, index, calls, mistake));
      return [found.at(-1)!];
    }
    add(`${who}: ${names}`, (next) => respond(next, index, calls, mistake));
    if (state.left.refusals > 0 && calls[0]!.name === 'post')
      add(`${who}: ${names}, one refused`, (next) => {
        next.left.refusals--;
        return respond(next, index, calls, mistake, 0);
      });
    if (state.left.crashes > 0)
      add(`${who} crashes`, (next) => {
        next.left.crashes--;
        next.running.splice(index, 1);
        // Lambda redelivers the batch.
        if (broadcaster.event === 'batch') start(next, 'batch');
      });
  }
  if (state.left.visits > 0)
    add('visit', (next) => {
      next.left.visits--;
      next.totals.count++;
      next.totals.arrivals++;
      const connectionId = `page-${next.totals.count}`;
      next.rows.push({ connectionId, connectedAt: next.now, failures: 0, failingSince: 0 });
      start(next, 'batch');
    });
  if (state.left.clocks > 0)
    add('clock', (next) => {
      next.left.clocks--;
      start(next, 'clock');
      // Waiting before its first call is the same as starting later.
      return respond(next, next.running.length - 1, [{ name: 'readLastBroadcast', args: [] }], mistake);
    });
  const isLeased = state.broadcast.leaseUntil > state.now;
  // Without anything else to do, time passes for those that wait.
  if (
    (isLeased && state.left.expiries > 0) ||
    (waiting && found.every(({ step }) => step.endsWith('crashes') || step === 'clock'))
  )
    add('the lease expires', (next) => {
      if (next.left.expiries > 0) next.left.expiries--;
      next.now += LEASE_MS;
    });
  return found;
}

function start(state: State, event: Broadcaster['event']): void {
  const pages = state.rows.map(({ connectionId }) => connectionId);
  const atCall = { count: state.totals.count, pages };
  const phase = event === 'clock' ? 'check' : 'broadcast';
  state.running.push({ event, phase, startedAt: state.now, progress: {}, answers: [], atCall });
}

/** An attempt has ended. @returns the violation that this shows */
function end(state: State, index: number, { result, progress }: Ended): string | undefined {
  const { polled: _, ...broadcaster } = state.running[index]!;
  const isDone = broadcaster.phase === 'check' ? !result : result;
  state.running.splice(index, 1);
  if (!isDone) {
    state.running.push({ ...broadcaster, phase: 'broadcast', progress, answers: [], startedAt: state.now });
    return undefined;
  }
  const { atCall, event } = broadcaster;
  const isBehind = (page: string) => (state.shown[page] ?? -1) < atCall.count;
  return event === 'batch' && atCall.pages.some(isBehind) ? 'returned with a page behind' : undefined;
}

const poll = ({ broadcast, now }: State) => JSON.stringify([broadcast, now]);

/** Carries out a broadcaster's calls. @returns the violation that this shows */
function respond(
  state: State,
  index: number,
  calls: readonly Call[],
  mistake: Mistake | undefined,
  refused = -1,
): string | undefined {
  const { polled: _, ...broadcaster }: Broadcaster = state.running[index]!;
  const answers = [...broadcaster.answers];
  const calledAt = answers.at(-1)?.at ?? broadcaster.startedAt;
  let violation: string | undefined;
  let polled: string | undefined;
  for (const [nth, { name, args }] of calls.entries()) {
    if (name === 'post') {
      const [page, message, withinMs] = args as [string, string, number];
      const isLate = state.now >= calledAt + withinMs && mistake !== 'posts outlast the lease';
      let value: PostResult = { outcome: nth === refused ? 'throttled' : 'delivered' };
      if (isLate) value = { outcome: 'failed', reason: 'no answer before the deadline' };
      if (value.outcome === 'delivered') {
        const { count } = JSON.parse(message) as Snapshot;
        if (count < (state.shown[page] ?? 0)) violation = 'the count of a page fell';
        state.shown[page] = count;
      }
      answers.push({ value, at: state.now });
    } else {
      answers.push({ value: carryOut(state, name, args, mistake), at: state.now });
      if (name === 'readLastBroadcast') polled = poll(state);
    }
  }
  state.running[index] = { ...broadcaster, answers, ...(polled !== undefined && { polled }) };
  return violation;
}

/** The store in memory. */
function carryOut(state: State, name: Call['name'], args: unknown[], mistake: Mistake | undefined): unknown {
  const { broadcast } = state;
  const isCurrent = args[0] === broadcast.rev;
  switch (name) {
    case 'readLastBroadcast':
      return { ...broadcast };
    case 'readTotals':
      return { ...state.totals };
    case 'readAudience':
      return [...state.rows];
    case 'publish': {
      const [last, next] = args as [BroadcastState, BroadcastState];
      const isLeaseRead =
        last.leaseUntil === broadcast.leaseUntil || mistake === 'published over a renewed lease';
      if (last.rev !== broadcast.rev || !isLeaseRead) return false;
      state.broadcast = next;
      return true;
    }
    case 'renewLease':
      if (isCurrent) broadcast.leaseUntil = args[1] as number;
      return isCurrent;
    case 'releaseLease':
      if (isCurrent) broadcast.leaseUntil = 0;
      return isCurrent;
    case 'settle':
      if (!isCurrent && mistake !== 'settled without condition') return false;
      broadcast.deliveredRev = args[0] as number;
      broadcast.leaseUntil = 0;
      return true;
    case 'recordDay':
    case 'markConnection':
    case 'deleteConnection':
    case 'sleep':
      return undefined;
    default:
      throw new Error(`The model has no ${name}.`);
  }
}
