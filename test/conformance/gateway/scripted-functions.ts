import type { Invoke } from '../../../local-cloud/invocation.ts';
import type { Answer, Functions, ReceivedEvent } from './target.ts';

/** First in, first out. A reader may ask before the item arrives. */
export class Queue<T> {
  readonly #items: T[] = [];
  readonly #waiting: ((item: T) => void)[] = [];

  push(item: T): void {
    const waiter = this.#waiting.shift();
    if (waiter) waiter(item);
    else this.#items.push(item);
  }

  next(): Promise<T> {
    if (this.#items.length > 0) return Promise.resolve(this.#items.shift()!);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

export interface ScriptedFunctions extends Functions {
  /** Lambda's Invoke. Events make a round trip through JSON. */
  invoke: Invoke;
  releaseAll(): void;
}

/** Functions that record their events and return what the test scripts. */
export function scriptFunctions(): ScriptedFunctions {
  const answers = new Map<string, Answer>();
  const holds = new Map<string, { released: Promise<void>; release: () => void }>();
  const events = new Map<string, Queue<ReceivedEvent>>();
  const eventsOf = (routeKey: string) => {
    const queue = events.get(routeKey) ?? new Queue();
    events.set(routeKey, queue);
    return queue;
  };
  return {
    answer: (routeKey, answer) => void answers.set(routeKey, answer),
    hold(routeKey) {
      let release!: () => void;
      const released = new Promise<void>((resolve) => (release = resolve));
      holds.set(routeKey, { released, release });
      return () => {
        holds.delete(routeKey);
        release();
      };
    },
    releaseAll() {
      for (const { release } of holds.values()) release();
      holds.clear();
      answers.clear();
    },
    nextEvent: (routeKey) => eventsOf(routeKey).next(),
    async invoke(routeKey, event) {
      const answer = answers.get(routeKey) ?? { returns: { statusCode: 200, body: routeKey } };
      const hold = holds.get(routeKey);
      eventsOf(routeKey).push(JSON.parse(JSON.stringify(event)) as ReceivedEvent);
      await hold?.released;
      const result = { requestId: 'invocation', durationMs: 1 };
      if ('hangs' in answer) return new Promise(() => {});
      if ('returns' in answer) return { ...result, payload: answer.returns };
      return { ...result, functionError: { errorType: 'Error', errorMessage: answer.throws } };
    },
  };
}
