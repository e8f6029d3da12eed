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
import type { Table } from './target.ts';

const PATIENCE_MS = 10_000;

export type Position = Pick<GetShardIteratorInput, 'ShardIteratorType' | 'SequenceNumber'>;
export const FROM_THE_BEGINNING: Position = { ShardIteratorType: 'TRIM_HORIZON' };

export interface StreamReader {
  /** Reads until `isEnough` accepts all records read so far. @returns those */
  until(isEnough: (records: _Record[]) => boolean): Promise<_Record[]>;
}

export async function streamArnOf({ client, TableName }: Table): Promise<string> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  if (!Table?.LatestStreamArn) throw new Error(`${TableName} has no stream.`);
  return Table.LatestStreamArn;
}

/** @param StreamArn default: the table's stream */
export async function shardsOf(table: Table, StreamArn?: string): Promise<Shard[]> {
  const describe = new DescribeStreamCommand({ StreamArn: StreamArn ?? (await streamArnOf(table)) });
  return (await table.streams.send(describe)).StreamDescription?.Shards ?? [];
}

/** @returns an iterator of each shard */
export async function iteratorsAt(table: Table, position: Position): Promise<(string | undefined)[]> {
  const StreamArn = await streamArnOf(table);
  const shards = await shardsOf(table, StreamArn);
  return Promise.all(
    shards.map(async ({ ShardId }) => {
      const iterator = new GetShardIteratorCommand({ StreamArn, ShardId, ...position });
      return (await table.streams.send(iterator)).ShardIterator;
    }),
  );
}

export async function readPage({ streams }: Table, ShardIterator: string | undefined, Limit?: number) {
  const page = await streams.send(new GetRecordsCommand({ ShardIterator, ...(Limit && { Limit }) }));
  return { records: page.Records ?? [], next: page.NextShardIterator };
}

/** Gets an iterator of each shard now and reads from there. */
export async function openStream(
  table: Table,
  position: Position = FROM_THE_BEGINNING,
): Promise<StreamReader> {
  let iterators = await iteratorsAt(table, position);
  const records: _Record[] = [];
  return {
    async until(isEnough) {
      for (const deadline = performance.now() + PATIENCE_MS; !isEnough(records);) {
        if (performance.now() > deadline)
          throw new Error(`Only these records arrived: ${JSON.stringify(records)}`);
        const open = iterators.filter((iterator) => iterator !== undefined);
        const pages = await Promise.all(open.map((iterator) => readPage(table, iterator)));
        records.push(...pages.flatMap((page) => page.records));
        iterators = pages.map((page) => page.next);
      }
      return records;
    },
  };
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
