/** A table's stream through the DynamoDB Streams API. */
import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type DynamoDBStreamsClient,
  type Shard,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import type { ShardCheckpoint } from './checkpoints.ts';

/** The most that one GetRecords call returns. */
const RECORDS_PER_CALL = 1_000;

export interface Page {
  records: StreamRecord[];
  /** The iterator for the next page; `undefined` at the end of a closed shard. */
  next: string | undefined;
}

export interface StreamSource {
  /** @throws if the table has no stream */
  streamArn(signal: AbortSignal): Promise<string>;
  shards(streamArn: string, signal: AbortSignal): Promise<Shard[]>;
  /** @param after sequence number of a record; without it, the shard is read from its start */
  iterator(
    streamArn: string,
    shardId: string,
    after: string | undefined,
    signal: AbortSignal,
  ): Promise<string>;
  records(iterator: string, signal: AbortSignal): Promise<Page>;
}

export function createStreamSource(
  tableName: string,
  dynamodb: DynamoDBClient,
  streams: DynamoDBStreamsClient,
): StreamSource {
  return {
    async streamArn(abortSignal) {
      const command = new DescribeTableCommand({ TableName: tableName });
      const { Table } = await dynamodb.send(command, { abortSignal });
      if (!Table?.LatestStreamArn)
        throw new Error(
          `Table ${tableName} has no stream. Enable one: StreamSpecification {StreamEnabled: true, …}.`,
        );
      return Table.LatestStreamArn;
    },

    async shards(StreamArn, abortSignal) {
      const shards: Shard[] = [];
      let last: string | undefined;
      do {
        const input = { StreamArn, ...(last && { ExclusiveStartShardId: last }) };
        const { StreamDescription } = await streams.send(new DescribeStreamCommand(input), { abortSignal });
        shards.push(...(StreamDescription?.Shards ?? []));
        last = StreamDescription?.LastEvaluatedShardId;
      } while (last);
      return shards;
    },

    async iterator(StreamArn, ShardId, after, abortSignal) {
      const position =
        after === undefined
          ? { ShardIteratorType: 'TRIM_HORIZON' as const }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, SequenceNumber: after };
      const command = new GetShardIteratorCommand({ StreamArn, ShardId, ...position });
      const { ShardIterator } = await streams.send(command, { abortSignal });
      if (!ShardIterator) throw new Error(`The database returned no iterator for shard ${ShardId}.`);
      return ShardIterator;
    },

    async records(ShardIterator, abortSignal) {
      const command = new GetRecordsCommand({ ShardIterator, Limit: RECORDS_PER_CALL });
      const { Records, NextShardIterator } = await streams.send(command, { abortSignal });
      return { records: Records ?? [], next: NextShardIterator };
    },
  };
}

/**
 * The shards that may be read now: not finished, and the parent is finished or gone. A child holds what came after its parent, so
 * this keeps the records of an item in order.
 */
export function readableShards(shards: readonly Shard[], isFinished: (shardId: string) => boolean): string[] {
  const present = new Set(shards.map((shard) => shard.ShardId));
  return shards
    .filter(({ ParentShardId: parent }) => !parent || !present.has(parent) || isFinished(parent))
    .map((shard) => shard.ShardId!)
    .filter((shardId) => !isFinished(shardId));
}

/**
 * Reads a shard page by page. Iterators expire after 15 minutes, records are trimmed after 24 hours and the engine may restart: after
 * any error the next read takes a new iterator behind the last record that was read.
 */
export class ShardCursor {
  readonly #source: StreamSource;
  readonly #streamArn: string;
  readonly #shardId: string;
  readonly #since: number;
  /** Sequence number of the last record that was read. */
  #last: string | undefined;
  #iterator: string | undefined;
  /** The shard is closed and all its records have been read. */
  ended = false;

  constructor(source: StreamSource, streamArn: string, shardId: string, checkpoint: ShardCheckpoint = {}) {
    this.#source = source;
    this.#streamArn = streamArn;
    this.#shardId = shardId;
    this.#since = checkpoint.since ?? 0;
    this.#last = checkpoint.sequenceNumber;
  }

  /** @returns the next records, possibly none. Rejects with the database's error; you may call it again after that. */
  async read(signal: AbortSignal): Promise<StreamRecord[]> {
    try {
      this.#iterator ??= await this.#source.iterator(this.#streamArn, this.#shardId, this.#last, signal);
      const { records, next } = await this.#source.records(this.#iterator, signal);
      this.#iterator = next;
      this.ended = next === undefined;
      this.#last = records.at(-1)?.dynamodb?.SequenceNumber ?? this.#last;
      return records.filter(
        ({ dynamodb }) => (dynamodb?.ApproximateCreationDateTime?.getTime() ?? 0) >= this.#since,
      );
    } catch (error) {
      this.#iterator = undefined;
      if ((error as Error).name === 'TrimmedDataAccessException') this.#last = undefined;
      throw error;
    }
  }
}
