import type { InvocationResult } from '../../../local-cloud/invocation.ts';
import type { Answer, ReceivedEvent } from './target.ts';

/** The functions behind the routes. They record their events and return what the test scripts. */
export class ScriptedFunctions {
  readonly #answers = new Map<string, Answer>();
  readonly #events = new Map<string, ReceivedEvent[]>();
  readonly #waiting = new Map<string, ((event: ReceivedEvent) => void)[]>();
  readonly #holds = new Map<string, { released: Promise<void>; release: () => void }>();

  answer(routeKey: string, answer: Answer): void {
    this.#answers.set(routeKey, answer);
  }

  hold(routeKey: string): () => void {
    let release!: () => void;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#holds.set(routeKey, { released, release });
    return () => {
      this.#holds.delete(routeKey);
      release();
    };
  }

  releaseAll(): void {
    for (const { release } of this.#holds.values()) release();
    this.#holds.clear();
    this.#answers.clear();
  }

  nextEvent(routeKey: string): Promise<ReceivedEvent> {
    const event = this.#events.get(routeKey)?.shift();
    if (event) return Promise.resolve(event);
    return new Promise((resolve) => {
      this.#waiting.set(routeKey, [...(this.#waiting.get(routeKey) ?? []), resolve]);
    });
  }

  /** Lambda's Invoke. Events make a round trip through JSON. */
  readonly invoke = async (routeKey: string, event: unknown): Promise<InvocationResult> => {
    const answer = this.#answers.get(routeKey) ?? { returns: { statusCode: 200, body: routeKey } };
    const hold = this.#holds.get(routeKey);
    this.#record(routeKey, JSON.parse(JSON.stringify(event)));
    await hold?.released;
    const result = { requestId: 'invocation', durationMs: 1 };
    if ('hangs' in answer) return new Promise(() => {});
    if ('returns' in answer) return { ...result, payload: answer.returns };
    return { ...result, functionError: { errorType: 'Error', errorMessage: answer.throws } };
  };

  #record(routeKey: string, event: ReceivedEvent): void {
    const waiter = this.#waiting.get(routeKey)?.shift();
    if (waiter) waiter(event);
    else this.#events.set(routeKey, [...(this.#events.get(routeKey) ?? []), event]);
  }
}
