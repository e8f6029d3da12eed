import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  DeleteItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { _Record } from '@aws-sdk/client-dynamodb-streams';
import { chapter } from './fact.ts';
import { ends, idOf, openStream, story, streamArnOf } from './stream.ts';
import { failure, item, type Item, type Tables } from './target.ts';

export const streamRecords = chapter('records in a stream', (fact) => {
  fact('an item’s changes appear in order', async (tables) => {
    const table = await tables.table('things', 'NEW_AND_OLD_IMAGES');
    const stream = await openStream(tables, table);

    for (let n = 1; n <= 30; n++) {
      await put(tables, table, item('a', { n }));
      await put(tables, table, item('b', { n }));
    }
    await remove(tables, table, 'a');
    await remove(tables, table, 'b');

    const records = await stream.until((so) => ends('a')(so) && ends('b')(so));
    for (const id of ['a', 'b']) {
      const values = records
        .filter((record) => idOf(record) === id)
        .map((record) => record.dynamodb?.NewImage?.n?.N);
      assert.deepEqual(values, [...Array.from({ length: 30 }, (_, i) => String(i + 1)), undefined]);
    }
  });

  fact('a record has the old and the new image', async (tables) => {
    const table = await tables.table('things', 'NEW_AND_OLD_IMAGES');
    const stream = await openStream(tables, table);

    await put(tables, table, item('a', { n: 1 }));
    await put(tables, table, item('a', { n: 2 }));
    await remove(tables, table, 'a');

    const records = await stream.until(ends('a'));
    assert.deepEqual(
      records.map(({ eventName, dynamodb }) => [eventName, dynamodb?.OldImage, dynamodb?.NewImage]),
      [
        ['INSERT', undefined, item('a', { n: 1 })],
        ['MODIFY', item('a', { n: 1 }), item('a', { n: 2 })],
        ['REMOVE', item('a', { n: 2 }), undefined],
      ],
    );
  });

  fact('a record has the documented fields', async (tables) => {
    const record = await firstRecord(tables);

    const { eventName, eventVersion, eventSource, dynamodb } = record;
    const { ApproximateCreationDateTime: time, SequenceNumber, SizeBytes, ...data } = dynamodb ?? {};
    assert.deepEqual([eventName, eventVersion, eventSource], ['INSERT', '1.1', 'aws:dynamodb']);
    assert.match(SequenceNumber ?? '', /^\d+$/);
    assert.ok((SizeBytes ?? 0) > 0);
    // Rounded to the second; to the minute by DynamoDB Local.
    assert.ok(time && Math.abs(time.getTime() - Date.now()) < 61_000);
    assert.deepEqual(data, {
      Keys: item('a'),
      NewImage: item('a', { n: 1 }),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    });
  });

  fact('a record’s id has 32 hexadecimal digits', async (tables) => {
    assert.match((await firstRecord(tables)).eventID ?? '', /^[0-9a-f]{32}$/);
  });

  fact('a sequence number has 21 to 40 digits', async (tables) => {
    assert.match((await firstRecord(tables)).dynamodb?.SequenceNumber ?? '', /^\d{21,40}$/);
  });

  fact('a record names its Region', async (tables) => {
    assert.equal((await firstRecord(tables)).awsRegion, 'us-east-1');
  });

  fact('KEYS_ONLY records have no images', async (tables) => {
    const table = await tables.table('things', 'KEYS_ONLY');
    const stream = await openStream(tables, table);

    await put(tables, table, item('a', { n: 1 }));

    const [record] = await stream.until((records) => records.length > 0);
    assert.deepEqual(
      [record?.dynamodb?.Keys, record?.dynamodb?.NewImage, record?.dynamodb?.OldImage],
      [item('a'), undefined, undefined],
    );
  });

  fact('a put that changes nothing creates no record', async (tables) => {
    const table = await tables.table('things', 'NEW_AND_OLD_IMAGES');
    const stream = await openStream(tables, table);

    await put(tables, table, item('a', { n: 1 }));
    await put(tables, table, item('a', { n: 1 }));
    await remove(tables, table, 'a');

    assert.deepEqual(story(await stream.until(ends('a'))), ['INSERT a', 'REMOVE a']);
  });

  fact('an update that changes nothing creates no record', async (tables) => {
    const table = await tables.table('things', 'NEW_AND_OLD_IMAGES');
    const stream = await openStream(tables, table);

    await put(tables, table, item('a', { n: 1 }));
    await add(tables, table, 'a', 0);
    await remove(tables, table, 'a');

    assert.deepEqual(story(await stream.until(ends('a'))), ['INSERT a', 'REMOVE a']);
  });

  fact('deleting a missing item creates no record', async (tables) => {
    const table = await tables.table('things', 'NEW_AND_OLD_IMAGES');
    const stream = await openStream(tables, table);

    await remove(tables, table, 'a');
    await put(tables, table, item('a'));
    await remove(tables, table, 'a');

    assert.deepEqual(story(await stream.until(ends('a'))), ['INSERT a', 'REMOVE a']);
  });

  fact('a rejected write creates no record', async (tables) => {
    const table = await tables.table('things', 'NEW_AND_OLD_IMAGES');
    const stream = await openStream(tables, table);
    const onlyNew = {
      TableName: table,
      Item: item('a', { n: 2 }),
      ConditionExpression: 'attribute_not_exists(id)',
    };

    await put(tables, table, item('a', { n: 1 }));
    await failure(tables.client.send(new PutItemCommand(onlyNew)));
    await failure(
      tables.client.send(
        new TransactWriteItemsCommand({
          TransactItems: [{ Put: { TableName: table, Item: item('b') } }, { Put: onlyNew }],
        }),
      ),
    );
    await remove(tables, table, 'a');

    assert.deepEqual(story(await stream.until(ends('a'))), ['INSERT a', 'REMOVE a']);
  });

  fact('a transaction creates one record per changed item', async (tables) => {
    const table = await tables.table('things', 'KEYS_ONLY');
    const other = await tables.table('others');
    const stream = await openStream(tables, table);
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [
        { Put: { TableName: table, Item: item('a') } },
        { Put: { TableName: table, Item: item('b') } },
        { Put: { TableName: other, Item: item('c') } },
      ],
      ClientRequestToken: randomUUID(),
    });

    await tables.client.send(transaction);
    await tables.client.send(transaction);
    await remove(tables, table, 'a');
    await remove(tables, table, 'b');

    const records = await stream.until((so) => ends('a')(so) && ends('b')(so));
    assert.deepEqual(story(records).sort(), ['INSERT a', 'INSERT b', 'REMOVE a', 'REMOVE b']);
  });

  fact('the stream’s ARN contains its table and start time', async (tables) => {
    const table = await tables.table('things', 'KEYS_ONLY');

    assert.match(
      await streamArnOf(tables, table),
      new RegExp(`:table/${table}/stream/\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}$`),
    );
  });
});

/** The record of a new item `a` with `n` = 1. */
async function firstRecord(tables: Tables): Promise<_Record> {
  const table = await tables.table('things', 'NEW_AND_OLD_IMAGES');
  const stream = await openStream(tables, table);
  await put(tables, table, item('a', { n: 1 }));
  const [record] = await stream.until((records) => records.length > 0);
  assert.ok(record);
  return record;
}

function put({ client }: Tables, TableName: string, Item: Item): Promise<unknown> {
  return client.send(new PutItemCommand({ TableName, Item }));
}

function remove({ client }: Tables, TableName: string, id: string): Promise<unknown> {
  return client.send(new DeleteItemCommand({ TableName, Key: item(id) }));
}

function add({ client }: Tables, TableName: string, id: string, n: number): Promise<unknown> {
  return client.send(
    new UpdateItemCommand({
      TableName,
      Key: item(id),
      UpdateExpression: 'ADD n :n',
      ExpressionAttributeValues: { ':n': { N: String(n) } },
    }),
  );
}
