import type { _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams';
import type { Page, Position, StreamSource } from '../stream-source.ts';

export interface ScriptedSource extends StreamSource {
  /** Where iterators were asked for: `TRIM_HORIZON`, `after 3` … */
  positions: string[];
}

/**
 * A stream that behaves as AWS does and the embedded engine never does: iterators that expire, records that are trimmed,
 * shards that end. Each read takes the next page or error of the script; after its end reads find nothing.
 */
export function scriptedSource(script: (Page | Error)[]): ScriptedSource {
  const positions: string[] = [];
  return {
    positions,
    streamArn: async () => 'arn:aws:dynamodb:eu-central-1:123456789012:table/VisitorCount/stream/1',
    shards: async () => [],
    async iterator(_streamArn, _shardId, position) {
      positions.push(name(position));
      return 'iterator';
    },
    async records() {
      const next = script.shift() ?? page([]);
      if (next instanceof Error) throw next;
      return next;
    },
  };
}

/** A page of records with these sequence numbers; `next` is undefined at the end of a closed shard. */
export function page(sequenceNumbers: string[], next: string | undefined = 'iterator', createdAt = 0): Page {
  return { records: sequenceNumbers.map((number) => streamRecord(number, createdAt)), next };
}

export const lastPage = (sequenceNumbers: string[]): Page => ({ ...page(sequenceNumbers), next: undefined });

export function engineError(name: string): Error {
  return Object.assign(new Error(name), { name });
}

function streamRecord(number: string, createdAt: number): StreamRecord {
  return {
    eventName: 'INSERT',
    dynamodb: {
      SequenceNumber: number,
      ApproximateCreationDateTime: new Date(createdAt),
      Keys: { id: { S: `item ${number}` } },
    },
  };
}

function name(position: Position): string {
  return position.type === 'AFTER_SEQUENCE_NUMBER' ? `after ${position.sequenceNumber}` : position.type;
}
