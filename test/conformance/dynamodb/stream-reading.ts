import assert from 'node:assert/strict';
import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-dynamodb-streams';
import { chapter } from './fact.ts';
import { ends, idOf, openStream, shardsOf, story, streamArnOf } from './stream.ts';
import { failure, item, type Tables } from './target.ts';

export const streamReading = chapter('reading a stream', (fact) => {
  fact('LATEST begins after the existing records, TRIM_HORIZON with the oldest', async (tables) => {
    const table = await tables.table('things', 'KEYS_ONLY');
    await put(tables, table, 'a');

    const latest = await openStream(tables, table, { ShardIteratorType: 'LATEST' });
    await put(tables, table, 'b');
    await remove(tables, table, 'b');

    assert.deepEqual(story(await latest.until(ends('b'))), ['INSERT b', 'REMOVE b']);
    const all = await (await openStream(tables, table)).until(ends('b'));
    assert.deepEqual(story(all).sort(), ['INSERT a', 'INSERT b', 'REMOVE b']);
  });

  fact('a reader can continue at a record or after it', async (tables) => {
    const table = await tables.table('things', 'KEYS_ONLY');
    const StreamArn = await streamArnOf(tables, table);
    for (const step of ['put', 'remove', 'put', 'remove'] as const)
      await (step === 'put' ? put : remove)(tables, table, 'a');
    const all = await (await openStream(tables, table)).until((records) => records.length >= 4);
    const SequenceNumber = all[1]?.dynamodb?.SequenceNumber;

    const at = await readFirst(tables, {
      StreamArn,
      ShardIteratorType: 'AT_SEQUENCE_NUMBER',
      SequenceNumber,
    });
    const after = await readFirst(tables, {
      StreamArn,
      ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
      SequenceNumber,
    });

    assert.deepEqual(story(at), ['REMOVE a', 'INSERT a', 'REMOVE a']);
    assert.deepEqual(story(after), ['INSERT a', 'REMOVE a']);
  });

  fact('sequence numbers increase within a shard', async (tables) => {
    const table = await tables.table('things', 'KEYS_ONLY');
    for (let n = 0; n < 10; n++) await put(tables, table, `item-${n}`);
    const [shard] = await shardsOf(tables, await streamArnOf(tables, table));
    assert.ok(shard);

    const records = await (await openStream(tables, table)).until((so) => so.length >= 10);

    const numbers = records.map((record) => BigInt(record.dynamodb?.SequenceNumber ?? 0));
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => (a < b ? -1 : 1)),
    );
    assert.equal(new Set(numbers).size, numbers.length);
  });

  fact('a page contains at most the requested number of records', async (tables) => {
    const table = await tables.table('things', 'KEYS_ONLY');
    const StreamArn = await streamArnOf(tables, table);
    for (let n = 0; n < 5; n++) await put(tables, table, `item-${n}`);
    await (await openStream(tables, table)).until((records) => records.length >= 5);
    const first = await readPage(
      tables,
      await iteratorAt(tables, { StreamArn, ShardIteratorType: 'TRIM_HORIZON' }),
      2,
    );
    const second = await readPage(tables, first.NextShardIterator, 2);

    assert.deepEqual(
      [first, second].map((page) => (page.Records ?? []).map(idOf)),
      [
        ['item-0', 'item-1'],
        ['item-2', 'item-3'],
      ],
    );
  });

  fact('an open shard always has a next iterator', async (tables) => {
    const table = await tables.table('things', 'KEYS_ONLY');
    const StreamArn = await streamArnOf(tables, table);

    const page = await readPage(tables, await iteratorAt(tables, { StreamArn, ShardIteratorType: 'LATEST' }));

    assert.deepEqual(page.Records, []);
    assert.ok(page.NextShardIterator);
  });

  fact('an iterator can be used twice', async (tables) => {
    const table = await tables.table('things', 'KEYS_ONLY');
    const StreamArn = await streamArnOf(tables, table);
    await put(tables, table, 'a');
    await (await openStream(tables, table)).until((records) => records.length >= 1);
    const iterator = await iteratorAt(tables, { StreamArn, ShardIteratorType: 'TRIM_HORIZON' });

    const pages = [await readPage(tables, iterator), await readPage(tables, iterator)];

    assert.deepEqual(
      pages.map((page) => story(page.Records ?? [])),
      [['INSERT a'], ['INSERT a']],
    );
  });

  fact('an unknown stream gets ResourceNotFoundException', async (tables) => {
    const StreamArn = `${await streamArnOf(tables, await tables.table('things', 'KEYS_ONLY'))}9`;

    assert.equal((await failure(shardsOf(tables, StreamArn))).name, 'ResourceNotFoundException');
  });

  fact('an invalid iterator gets ValidationException', async (tables) => {
    assert.equal((await failure(readPage(tables, 'no-iterator'))).name, 'ValidationException');
  });
});

type IteratorRequest = Omit<GetShardIteratorCommand['input'], 'ShardId'>;

async function iteratorAt(tables: Tables, request: IteratorRequest): Promise<string | undefined> {
  const [shard] = await shardsOf(tables, request.StreamArn ?? '');
  const { ShardIterator } = await tables.streams.send(
    new GetShardIteratorCommand({ ...request, ShardId: shard?.ShardId }),
  );
  return ShardIterator;
}

async function readFirst(tables: Tables, request: IteratorRequest) {
  return (await readPage(tables, await iteratorAt(tables, request))).Records ?? [];
}

function readPage({ streams }: Tables, ShardIterator: string | undefined, Limit?: number) {
  return streams.send(new GetRecordsCommand({ ShardIterator, ...(Limit && { Limit }) }));
}

function put({ client }: Tables, TableName: string, id: string): Promise<unknown> {
  return client.send(new PutItemCommand({ TableName, Item: item(id) }));
}

function remove({ client }: Tables, TableName: string, id: string): Promise<unknown> {
  return client.send(new DeleteItemCommand({ TableName, Key: item(id) }));
}
