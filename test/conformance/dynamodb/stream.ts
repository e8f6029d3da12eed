/** Reads a table's stream. */
import type { GetShardIteratorInput, Shard, _Record } from '@aws-sdk/client-dynamodb-streams';
import type { Table } from './target.ts';

const PATIENCE_MS = 10_000;

export type Position = Pick<GetShardIteratorInput, 'ShardIteratorType' | 'SequenceNumber'>;
export const FROM_THE_BEGINNING: Position = { ShardIteratorType: 'TRIM_HORIZON' };

export async function streamArnOf({ client, TableName }: Table): Promise<string> {
  const { Table } = await client.describeTable({ TableName });
  if (!Table?.LatestStreamArn) throw new Error(`${TableName} has no stream.`);
  return Table.LatestStreamArn;
}

export async function shardsOf({ streams }: Table, StreamArn: string): Promise<Shard[]> {
  return (await streams.describeStream({ StreamArn })).StreamDescription?.Shards ?? [];
}

/** @returns an iterator of each shard */
export async function iteratorsAt(table: Table, position: Position): Promise<(string | undefined)[]> {
  const StreamArn = await streamArnOf(table);
  const shards = await shardsOf(table, StreamArn);
  return Promise.all(
    shards.map(
      async ({ ShardId }) =>
        (await table.streams.getShardIterator({ StreamArn, ShardId, ...position })).ShardIterator,
    ),
  );
}

export async function readPage({ streams }: Table, ShardIterator: string | undefined, Limit?: number) {
  const page = await streams.getRecords({ ShardIterator, ...(Limit && { Limit }) });
  return { records: page.Records ?? [], next: page.NextShardIterator };
}

/** Gets an iterator of each shard now and reads from there. */
export async function openStream(table: Table, position: Position = FROM_THE_BEGINNING) {
  let iterators = await iteratorsAt(table, position);
  const records: _Record[] = [];
  return {
    /** Reads until `isEnough` accepts all records read so far. @returns those */
    async until(isEnough: (records: _Record[]) => boolean): Promise<_Record[]> {
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

/** For `until`: the items' deletions have arrived, and so has every earlier change to them. */
export function ends(...ids: string[]): (records: _Record[]) => boolean {
  return (records) => ids.every((id) => story(records).includes(`REMOVE ${id}`));
}

export function idOf(record: _Record): string | undefined {
  return record.dynamodb?.Keys?.id?.S;
}

/** `INSERT a`, `MODIFY a`, … */
export function story(records: _Record[]): string[] {
  return records.map((record) => `${record.eventName} ${idOf(record)}`);
}
