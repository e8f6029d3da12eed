/** Reads a table's stream. */
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorInput,
  type Shard,
  type _Record,
} from '@aws-sdk/client-dynamodb-streams';
import type { Tables } from './target.ts';

const PATIENCE_MS = 10_000;

export type Position = Pick<GetShardIteratorInput, 'ShardIteratorType' | 'SequenceNumber'>;
export const FROM_THE_BEGINNING: Position = { ShardIteratorType: 'TRIM_HORIZON' };

export interface StreamReader {
  /** Reads until `isEnough` accepts all records read so far. @returns those */
  until(isEnough: (records: _Record[]) => boolean): Promise<_Record[]>;
}

export async function streamArnOf({ client }: Tables, TableName: string): Promise<string> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  if (!Table?.LatestStreamArn) throw new Error(`${TableName} has no stream.`);
  return Table.LatestStreamArn;
}

export async function shardsOf({ streams }: Tables, StreamArn: string): Promise<Shard[]> {
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  return StreamDescription?.Shards ?? [];
}

/** Gets an iterator of each shard now and reads from there. */
export async function openStream(
  tables: Tables,
  TableName: string,
  position: Position = FROM_THE_BEGINNING,
): Promise<StreamReader> {
  const StreamArn = await streamArnOf(tables, TableName);
  const shards = await shardsOf(tables, StreamArn);
  let iterators = await Promise.all(
    shards.map(async ({ ShardId }) => {
      const iterator = new GetShardIteratorCommand({ StreamArn, ShardId, ...position });
      return (await tables.streams.send(iterator)).ShardIterator;
    }),
  );
  const records: _Record[] = [];
  return {
    async until(isEnough) {
      for (const deadline = performance.now() + PATIENCE_MS; !isEnough(records);) {
        if (performance.now() > deadline)
          throw new Error(`Only these records arrived: ${JSON.stringify(records)}`);
        const next = await Promise.all(iterators.map((ShardIterator) => readOn(tables, ShardIterator)));
        records.push(...next.flatMap((page) => page.records));
        iterators = next.map((page) => page.iterator);
      }
      return records;
    },
  };
}

async function readOn({ streams }: Tables, ShardIterator: string | undefined) {
  if (ShardIterator === undefined) return { records: [], iterator: undefined };
  const page = await streams.send(new GetRecordsCommand({ ShardIterator }));
  return { records: page.Records ?? [], iterator: page.NextShardIterator };
}

/** For `until`: the item's deletion has arrived, and so has every earlier change to it. */
export function ends(id: string): (records: _Record[]) => boolean {
  return (records) => records.some((record) => record.eventName === 'REMOVE' && idOf(record) === id);
}

export function idOf(record: _Record): string | undefined {
  return record.dynamodb?.Keys?.id?.S;
}

/** `INSERT a`, `MODIFY a`, … */
export function story(records: _Record[]): string[] {
  return records.map((record) => `${record.eventName} ${idOf(record)}`);
}
