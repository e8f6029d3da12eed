import type { EventRecord } from '../event.ts';
import type { InvocationResult, Invoke } from '../../lambda/invocation.ts';

export interface RecordingFunction {
  invoke: Invoke;
  /** The ids of each batch, in the order of the invocations. */
  batches: string[][];
  records: EventRecord[];
  /** How many invocations ran at the same time at most. */
  mostAtOnce: number;
  /** Resolves when as many invocations have begun. */
  begun(count: number): Promise<void>;
  /** Resolves when an item with this id has been seen. */
  seen(id: string): Promise<void>;
}

type Answer = Partial<InvocationResult> | undefined | void;

/** Stands for the function behind a mapping and remembers what it was given; `answer` decides how it ends. */
export function recordingFunction(
  answer: (records: EventRecord[], invocation: number) => Answer | Promise<Answer> = () => {},
): RecordingFunction {
  const waiting = new Set<() => void>();
  let atOnce = 0;
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!condition()) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  const fn: RecordingFunction = {
    batches: [],
    records: [],
    mostAtOnce: 0,
    async invoke(_functionName, event) {
      const { Records: records } = event as { Records: EventRecord[] };
      fn.mostAtOnce = Math.max(fn.mostAtOnce, ++atOnce);
      fn.batches.push(records.map(idOf));
      fn.records.push(...records);
      waiting.forEach((check) => check());
      const result = (await answer(records, fn.batches.length)) ?? {};
      atOnce -= 1;
      return { requestId: `request-${fn.batches.length}`, durationMs: 1, ...result };
    },
    begun: (count) => until(() => fn.batches.length >= count),
    seen: (id) => until(() => fn.batches.flat().includes(id)),
  };
  return fn;
}

export function idOf(record: EventRecord): string {
  return record.dynamodb.Keys?.['id']?.S ?? '';
}

export const failed = (errorType = 'Error'): Partial<InvocationResult> => ({
  functionError: { errorType, errorMessage: 'It does not work.' },
});
