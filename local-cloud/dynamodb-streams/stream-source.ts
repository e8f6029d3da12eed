/** The calls of the DynamoDB Streams API that a mapping needs. */
import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type DynamoDBStreamsClient,
  type Shard,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import { RECORDS_PER_CALL } from './limits.ts';

export type Position =
  { type: 'TRIM_HORIZON' } | { type: 'LATEST' } | { type: 'AFTER_SEQUENCE_NUMBER'; sequenceNumber: string };

export interface Page {
  records: StreamRecord[];
  /** `undefined` when the shard is closed and read to its end. */
  next: string | undefined;
}

export interface StreamSource {
  /** The ARN of the table's present stream; fails when the table has none. */
  streamArn(signal: AbortSignal): Promise<string>;
  shards(streamArn: string, signal: AbortSignal): Promise<Shard[]>;
  iterator(streamArn: string, shardId: string, position: Position, signal: AbortSignal): Promise<string>;
  records(iterator: string, signal: AbortSignal): Promise<Page>;
}

export function createStreamSource(
  tableName: string,
  dynamodb: DynamoDBClient,
  streams: DynamoDBStreamsClient,
): StreamSource {
  return {
    async streamArn(abortSignal) {
      const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: tableName }), {
        abortSignal,
      });
      if (!Table?.LatestStreamArn) {
        throw new Error(
          `Table ${tableName} has no stream. Enable one: StreamSpecification {StreamEnabled: true, …}.`,
        );
      }
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

    async iterator(StreamArn, ShardId, position, abortSignal) {
      const { ShardIterator } = await streams.send(
        new GetShardIteratorCommand({
          StreamArn,
          ShardId,
          ShardIteratorType: position.type,
          ...(position.type === 'AFTER_SEQUENCE_NUMBER' && { SequenceNumber: position.sequenceNumber }),
        }),
        { abortSignal },
      );
      if (!ShardIterator) throw new Error(`The engine returned no iterator for shard ${ShardId}.`);
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
 * Shards that may be read now: not finished, and the parent is finished or has left the stream. Children hold what came
 * after their parent, so that records of one item stay in order.
 */
export function readableShards(shards: readonly Shard[], isFinished: (shardId: string) => boolean): string[] {
  const present = new Set(shards.map((shard) => shard.ShardId));
  return shards
    .filter(({ ParentShardId: parent }) => !parent || !present.has(parent) || isFinished(parent))
    .map((shard) => shard.ShardId!)
    .filter((shardId) => !isFinished(shardId));
}
