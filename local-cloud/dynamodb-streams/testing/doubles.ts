/** Records, a function and a stream for tests that need no database. */
import type { _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams';
import type { InvocationResult, Invoke } from '../../invocation.ts';
import type { EventSourceMapping } from '../../topology.ts';
import type { EventRecord } from '../event.ts';
import type { Page, StreamSource } from '../stream.ts';

export const TABLE_NAME = 'VisitorCount';

export function eventSourceMapping(changes: Partial<EventSourceMapping> = {}): EventSourceMapping {
  return {
    uuid: 'visitor-count-to-broadcaster',
    functionName: 'broadcaster',
    tableName: TABLE_NAME,
    batchSize: 100,
    maximumBatchingWindowInSeconds: 0,
    startingPosition: 'TRIM_HORIZON',
    filterPatterns: [],
    bisectBatchOnFunctionError: false,
    maximumRetryAttempts: -1,
    maximumRecordAgeInSeconds: -1,
    reportBatchItemFailures: false,
    ...changes,
  };
}

/** Records of a shard, created one second apart. The first has sequence number 1. */
export function eventRecords(ids: string[], firstCreatedAt = 0): EventRecord[] {
  return ids.map((id, index) => ({
    eventID: String(index + 1),
    eventName: 'MODIFY',
    dynamodb: {
      ApproximateCreationDateTime: firstCreatedAt / 1000 + index,
      Keys: { id: { S: id } },
      SequenceNumber: String(index + 1),
    },
  }));
}

export function idOf(record: EventRecord): string {
  return record.dynamodb.Keys?.['id']?.S ?? '';
}

export interface RecordingFunction {
  invoke: Invoke;
  /** The ids of each batch, in the order of the invocations. */
  batches: string[][];
  records: EventRecord[];
  /** Resolves when this many invocations have begun. */
  begun(count: number): Promise<void>;
  /** Resolves when an item with this id has arrived. */
  seen(id: string): Promise<void>;
}

type Answer = Partial<InvocationResult> | undefined | void;

/** A function that records its batches. `answer` decides how an invocation ends; `invocation` counts from 1. */
export function recordingFunction(
  answer: (records: EventRecord[], invocation: number) => Answer | Promise<Answer> = () => {},
): RecordingFunction {
  const checks = new Set<() => void>();
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (condition()) resolve();
      };
      checks.add(check);
      check();
    });
  const fn: RecordingFunction = {
    batches: [],
    records: [],
    async invoke(_functionName, event) {
      const { Records: records } = event as { Records: EventRecord[] };
      fn.batches.push(records.map(idOf));
      fn.records.push(...records);
      for (const check of checks) check();
      const result = await answer(records, fn.batches.length);
      return { requestId: `request-${fn.batches.length}`, durationMs: 1, ...result };
    },
    begun: (count) => until(() => fn.batches.length >= count),
    seen: (id) => until(() => fn.batches.flat().includes(id)),
  };
  return fn;
}

export const failed = (errorType = 'Error'): Partial<InvocationResult> => ({
  functionError: { errorType, errorMessage: 'It does not work.' },
});

/**
 * A stream that does what AWS's does and the local engine's never does: iterators expire, records are trimmed, shards end. Each read
 * takes the next page or error of the script, then finds nothing.
 * @returns the source, and where iterators were requested: `TRIM_HORIZON`, `after 3` …
 */
export function scriptedSource(script: (Page | Error)[]): StreamSource & { positions: string[] } {
  const positions: string[] = [];
  return {
    positions,
    streamArn: async () => 'arn:aws:dynamodb:eu-central-1:123456789012:table/VisitorCount/stream/1',
    shards: async () => [{ ShardId: 'shard-1' }],
    async iterator(_streamArn, _shardId, after) {
      positions.push(after === undefined ? 'TRIM_HORIZON' : `after ${after}`);
      return 'iterator';
    },
    async records() {
      const next = script.shift() ?? page('');
      if (next instanceof Error) throw next;
      return next;
    },
  };
}

/** A page of records with these sequence numbers, such as `1 2`; `item 2` has sequence number 2. */
export function page(sequenceNumbers: string, createdAt = 1_000_000): Page {
  const records = (sequenceNumbers.match(/\d+/g) ?? []).map((SequenceNumber): StreamRecord => ({
    eventName: 'INSERT',
    dynamodb: {
      SequenceNumber,
      ApproximateCreationDateTime: new Date(createdAt),
      Keys: { id: { S: `item ${SequenceNumber}` } },
    },
  }));
  return { records, next: 'iterator' };
}

export const lastPage = (sequenceNumbers: string): Page => ({ ...page(sequenceNumbers), next: undefined });

export const databaseError = (name: string): Error => Object.assign(new Error(name), { name });
