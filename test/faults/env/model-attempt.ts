/** An attempt of a broadcaster in the model: its real code, run again with the answers that it has got so far. */
import { setImmediate as turn } from 'node:timers/promises';
import {
  isDue,
  tryBroadcast,
  type BroadcastOptions,
  type Progress,
} from '../../../functions/broadcaster/broadcast.ts';
import type { Store } from '../../../functions/broadcaster/store.ts';
import type { Totals } from '../../../functions/shared/counter.ts';

/** Mistakes that the check must find. */
export type Mistake =
  | 'shards read before the broadcast item'
  | 'done at rev + 1'
  | 'lease not renewed'
  | 'published over a renewed lease'
  | 'posts outlast the lease'
  | 'settled without condition';

export interface Call {
  name: keyof Store | 'post' | 'close' | 'sleep';
  args: unknown[];
}

export interface Answer {
  value: unknown;
  /** The time when it came. */
  at: number;
}

export interface Attempt {
  startedAt: number;
  /** Whether the clock still has to check if a broadcast is due. */
  phase: 'check' | 'broadcast';
  progress: Progress;
  answers: Answer[];
}

export interface Ended {
  result: boolean;
  progress: Progress;
}
export type Outcome = { calls: Call[] } | Ended;

/** Runs broadcasters up to their next calls, or to the end of an attempt. */
export class Replay {
  readonly #known = new Map<string, Outcome>();
  /** States share their broadcasters: most are known without looking at their answers. */
  readonly #seen = new WeakMap<Attempt, Outcome>();
  readonly #mistake: Mistake | undefined;

  constructor(mistake?: Mistake) {
    this.#mistake = mistake;
  }

  async run(attempt: Attempt): Promise<Outcome> {
    const seen = this.#seen.get(attempt);
    if (seen) return seen;
    const outcome = await this.#continue(attempt);
    this.#seen.set(attempt, outcome);
    return outcome;
  }

  async #continue({ phase, startedAt, progress, answers }: Attempt): Promise<Outcome> {
    const key = JSON.stringify([phase, startedAt, progress, answers]);
    const known = this.#known.get(key);
    if (known) return known;
    const calls: Call[] = [];
    let now = startedAt;
    let position = 0;
    const call = (name: Call['name'], args: unknown[]): Promise<never> => {
      const answer = answers[position++];
      if (!answer) {
        calls.push({ name, args });
        return new Promise(() => {});
      }
      return Promise.resolve().then(() => {
        now = answer.at;
        return answer.value as never;
      });
    };
    const store = new Proxy({} as Store, {
      get:
        (_, name: keyof Store) =>
        (...args: unknown[]) =>
          call(name, args),
    });
    const options: BroadcastOptions = {
      store: withMistake(store, this.#mistake, progress),
      management: { post: (...args) => call('post', args), close: (...args) => call('close', args) },
      postsPerSecond: Infinity,
      fanOutViewers: Infinity,
      fanOut: async () => {},
      concurrency: Infinity,
      now: () => now,
      sleep: (...args) => call('sleep', args),
      log: () => {},
    };
    const after = { ...progress };
    let result: boolean | undefined;
    let failure: unknown;
    const run = phase === 'check' ? isDue(options) : tryBroadcast(options, Infinity, after);
    run.then(
      (value) => (result = value),
      (error) => (failure = error),
    );
    await turn();
    if (failure !== undefined) throw failure;
    const outcome = result === undefined ? { calls } : { result, progress: after };
    this.#known.set(key, outcome);
    return outcome;
  }
}

/** The store as code with this mistake would use it. */
function withMistake(store: Store, mistake: Mistake | undefined, { revAtCall }: Progress): Store {
  switch (mistake) {
    case 'shards read before the broadcast item': {
      let early: Totals | undefined;
      return Object.assign(Object.create(store) as Store, {
        async readLastBroadcast() {
          early = await store.readTotals();
          return store.readLastBroadcast();
        },
        readTotals: async () => early,
      });
    }
    case 'done at rev + 1': {
      return Object.assign(Object.create(store) as Store, {
        // The first answer is one revision too old, so the broadcaster is done one revision early.
        async readLastBroadcast() {
          const last = await store.readLastBroadcast();
          const shift = revAtCall === undefined && last.rev > 0 ? 1 : 0;
          return { ...last, rev: last.rev - shift, deliveredRev: last.deliveredRev - shift };
        },
      });
    }
    case 'lease not renewed':
      return Object.assign(Object.create(store) as Store, { renewLease: async () => true });
    default:
      return store;
  }
}
