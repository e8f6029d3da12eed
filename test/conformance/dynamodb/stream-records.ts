import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { _Record } from '@aws-sdk/client-dynamodb-streams';
import { chapter } from './fact.ts';
import { ends, idOf, openStream, story } from './stream.ts';
import { failure, IS_NEW, item, type Table, type Tables } from './target.ts';

/** What happens to the new item `a` between its creation and its deletion. */
const WITHOUT_RECORD: Record<string, (table: Table, tables: Tables) => Promise<unknown>> = {
  'a put that changes nothing creates no record': ({ put }) => put(item('a', { count: 1 })),
  'an update that changes nothing creates no record': ({ add }) => add('a', 0),
  'deleting a missing item creates no record': ({ remove }) => remove('b'),
  'a rejected write creates no record': async ({ TableName, put }, { transact }) => {
    const onlyNew = { TableName, Item: item('a', { count: 2 }), ConditionExpression: IS_NEW };
    await failure(put(onlyNew.Item, onlyNew));
    await failure(transact([{ Put: { TableName, Item: item('b') } }, { Put: onlyNew }]));
  },
};

export const streamRecords = chapter('records in a stream', (fact) => {
  fact('an item’s changes appear in order', async (tables) => {
    const { put, remove, stream } = await streamed(tables);

    for (let count = 1; count <= 30; count++) {
      await put(item('a', { count }));
      await put(item('b', { count }));
    }
    await remove('a');
    await remove('b');

    const records = await stream.until(ends('a', 'b'));
    for (const id of ['a', 'b']) {
      const values = records
        .filter((record) => idOf(record) === id)
        .map((record) => record.dynamodb?.NewImage?.['count']?.N);
      assert.deepEqual(values, [...Array.from({ length: 30 }, (_, i) => String(i + 1)), undefined]);
    }
  });

  fact('a record has the old and the new image', async (tables) => {
    const { put, remove, stream } = await streamed(tables);

    await put(item('a', { n: 1 }));
    await put(item('a', { n: 2 }));
    await remove('a');

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
    const { eventName, eventVersion, eventSource, dynamodb } = await firstRecord(tables);

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

  fact('a sequence number has 21 to 40 digits', async (tables) =>
    assert.match((await firstRecord(tables)).dynamodb?.SequenceNumber ?? '', /^\d{21,40}$/),
  );

  fact('KEYS_ONLY records have no images', async (tables) => {
    const { dynamodb } = await firstRecord(tables, 'KEYS_ONLY');

    const { Keys, NewImage, OldImage } = dynamodb ?? {};
    assert.deepEqual([Keys, NewImage, OldImage], [item('a'), undefined, undefined]);
  });

  for (const [name, act] of Object.entries(WITHOUT_RECORD))
    fact(name, async (tables) => {
      const table = await streamed(tables);

      await table.put(item('a', { count: 1 }));
      await act(table, tables);
      await table.remove('a');

      assert.deepEqual(story(await table.stream.until(ends('a'))), ['INSERT a', 'REMOVE a']);
    });

  fact('a transaction creates one record per changed item', async (tables) => {
    const { putNew, remove, stream } = await streamed(tables);
    const other = await tables.table('others');
    const token = { ClientRequestToken: randomUUID() };

    for (let attempt = 0; attempt < 2; attempt++)
      await tables.transact([putNew('a'), putNew('b'), other.putNew('c')], token);
    await remove('a');
    await remove('b');

    const records = await stream.until(ends('a', 'b'));
    assert.deepEqual(story(records).sort(), ['INSERT a', 'INSERT b', 'REMOVE a', 'REMOVE b']);
  });
});

async function streamed({ table }: Tables, view: 'KEYS_ONLY' | 'NEW_AND_OLD_IMAGES' = 'NEW_AND_OLD_IMAGES') {
  const things = await table('things', view);
  return { ...things, stream: await openStream(things) };
}

/** The record of a new item `a` with `n` = 1. */
async function firstRecord(tables: Tables, view?: 'KEYS_ONLY'): Promise<_Record> {
  const { put, stream } = await streamed(tables, view);
  await put(item('a', { n: 1 }));
  const [record] = await stream.until((records) => records.length > 0);
  assert.ok(record);
  return record;
}
