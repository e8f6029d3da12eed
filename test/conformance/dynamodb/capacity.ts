import assert from 'node:assert/strict';
import {
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { chapter } from './fact.ts';
import { failure, item } from './target.ts';

const ReturnConsumedCapacity = 'TOTAL' as const;

/** The basis of the cost estimates: one unit for a write up to 1 KB or a consistent read up to 4 KB. */
export const capacity = chapter('consumed capacity', (fact) => {
  for (const [bytes, units] of [
    [100, 1],
    [1_000, 1],
    [1_500, 2],
  ] as const)
    fact(`a write of ${bytes} bytes consumes ${units}`, async ({ client, table }) => {
      const Item = item('a', { text: 'x'.repeat(bytes) });

      const { ConsumedCapacity } = await client.send(
        new PutItemCommand({ TableName: await table(), Item, ReturnConsumedCapacity }),
      );

      assert.equal(ConsumedCapacity?.CapacityUnits, units);
    });

  fact('a transaction consumes two units per item', async ({ client, table }) => {
    const [one, two] = [await table('one'), await table('two')];

    const { ConsumedCapacity } = await client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName: one, Item: item('a') } },
          { Put: { TableName: one, Item: item('b') } },
          { Put: { TableName: two, Item: item('c') } },
        ],
        ReturnConsumedCapacity,
      }),
    );

    const units = (ConsumedCapacity ?? []).map((entry) => [entry.TableName, entry.CapacityUnits]);
    assert.deepEqual(units.sort(), [
      [one, 4],
      [two, 2],
    ]);
  });

  fact(
    'a consistent read consumes one unit, an eventually consistent read half a unit',
    async ({ client, table }) => {
      const TableName = await table();
      await client.send(new PutItemCommand({ TableName, Item: item('a') }));
      const unitsOf = async (ConsistentRead: boolean) =>
        (
          await client.send(
            new GetItemCommand({ TableName, Key: item('a'), ConsistentRead, ReturnConsumedCapacity }),
          )
        ).ConsumedCapacity?.CapacityUnits;

      assert.deepEqual([await unitsOf(true), await unitsOf(false)], [1, 0.5]);
    },
  );

  fact('a scan consumes units for the total size of its items', async ({ client, table }) => {
    const TableName = await table();
    for (const id of ['a', 'b', 'c', 'd'])
      await client.send(new PutItemCommand({ TableName, Item: item(id, { text: 'x'.repeat(2_000) }) }));

    const page = await client.send(
      new ScanCommand({ TableName, ConsistentRead: true, ReturnConsumedCapacity }),
    );

    assert.equal(page.ConsumedCapacity?.CapacityUnits, 2);
  });

  fact('a write that changes nothing consumes as much', async ({ client, table }) => {
    const TableName = await table();
    const update = new UpdateItemCommand({
      TableName,
      Key: item('a'),
      UpdateExpression: 'SET x = :x',
      ExpressionAttributeValues: { ':x': { N: '1' } },
      ReturnConsumedCapacity,
    });

    await client.send(update);

    assert.equal((await client.send(update)).ConsumedCapacity?.CapacityUnits, 1);
  });

  fact('rejects an item larger than 400 KB', async ({ client, table }) => {
    const TableName = await table();
    const Item = item('a', { text: 'x'.repeat(410_000) });

    assert.equal(
      (await failure(client.send(new PutItemCommand({ TableName, Item })))).name,
      'ValidationException',
    );
  });
});
