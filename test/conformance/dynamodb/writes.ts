import assert from 'node:assert/strict';
import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type ConditionalCheckFailedException,
} from '@aws-sdk/client-dynamodb';
import { chapter } from './fact.ts';
import { failure, item } from './target.ts';

const CONDITION_FAILED = {
  name: 'ConditionalCheckFailedException',
  message: 'The conditional request failed',
};

export const writes = chapter('conditional and atomic writes', (fact) => {
  fact('a put with the condition that the item is new succeeds once', async ({ client, table }) => {
    const TableName = await table();
    const put = { TableName, Item: item('a'), ConditionExpression: 'attribute_not_exists(id)' };

    await client.send(new PutItemCommand(put));
    const error = await failure<ConditionalCheckFailedException>(client.send(new PutItemCommand(put)));

    assert.deepEqual({ name: error.name, message: error.message }, CONDITION_FAILED);
    assert.equal(error.$metadata.httpStatusCode, 400);
  });

  fact('a failed condition returns the item on request', async ({ client, table }) => {
    const TableName = await table();
    await client.send(new PutItemCommand({ TableName, Item: item('a', { count: 7 }) }));

    const error = await failure<ConditionalCheckFailedException>(
      client.send(
        new PutItemCommand({
          TableName,
          Item: item('a'),
          ConditionExpression: 'attribute_not_exists(id)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );

    assert.deepEqual(error.Item, item('a', { count: 7 }));
  });

  fact('a condition can compare numbers: new, or expired by now', async ({ client, table }) => {
    const TableName = await table();
    await client.send(new PutItemCommand({ TableName, Item: item('a', { expiresAt: 1_000 }) }));
    const putAt = (now: number) =>
      client.send(
        new PutItemCommand({
          TableName,
          Item: item('a', { expiresAt: now + 100 }),
          ConditionExpression: 'attribute_not_exists(id) OR expiresAt <= :now',
          ExpressionAttributeValues: { ':now': { N: String(now) } },
        }),
      );

    assert.equal((await failure(putAt(999))).name, CONDITION_FAILED.name);
    await putAt(1_000);
    assert.equal((await failure(putAt(1_099))).name, CONDITION_FAILED.name);
  });

  fact('ADD creates a missing item and starts at zero', async ({ client, table }) => {
    const TableName = await table();

    const { Attributes } = await client.send(
      new UpdateItemCommand({ ...add(TableName, 'a', 3), ReturnValues: 'ALL_NEW' }),
    );

    assert.deepEqual(Attributes, item('a', { count: 3 }));
  });

  fact('parallel ADDs lose nothing', async ({ client, table }) => {
    const TableName = await table();

    await Promise.all(
      Array.from({ length: 40 }, () => client.send(new UpdateItemCommand(add(TableName, 'a', 1)))),
    );

    const { Item } = await client.send(
      new GetItemCommand({ TableName, Key: item('a'), ConsistentRead: true }),
    );
    assert.deepEqual(Item, item('a', { count: 40 }));
  });

  fact('numbers keep 38 digits', async ({ client, table }) => {
    const TableName = await table();
    const Item = { id: { S: 'a' }, count: { N: '12345678901234567890123456789012345678' } };

    await client.send(new PutItemCommand({ TableName, Item }));
    await client.send(new UpdateItemCommand(add(TableName, 'a', 1)));

    const { Item: found } = await client.send(
      new GetItemCommand({ TableName, Key: item('a'), ConsistentRead: true }),
    );
    assert.deepEqual(found?.count, { N: '12345678901234567890123456789012345679' });
  });

  fact(
    'an update returns all or the updated attributes, old or new, on request',
    async ({ client, table }) => {
      const TableName = await table();
      await client.send(new PutItemCommand({ TableName, Item: item('a', { count: 1, kept: 'yes' }) }));
      const update = async (ReturnValues: 'ALL_OLD' | 'UPDATED_OLD' | 'UPDATED_NEW' | 'ALL_NEW') =>
        (await client.send(new UpdateItemCommand({ ...add(TableName, 'a', 1), ReturnValues }))).Attributes;

      assert.deepEqual(await update('ALL_OLD'), item('a', { count: 1, kept: 'yes' }));
      assert.deepEqual(await update('UPDATED_OLD'), { count: { N: '2' } });
      assert.deepEqual(await update('UPDATED_NEW'), { count: { N: '4' } });
      assert.deepEqual(await update('ALL_NEW'), item('a', { count: 5, kept: 'yes' }));
    },
  );

  fact('an update whose condition fails changes and creates nothing', async ({ client, table }) => {
    const TableName = await table();
    const update = {
      ...add(TableName, 'a', 1),
      ConditionExpression: 'rev = :rev',
      ExpressionAttributeValues: { ':n': { N: '1' }, ':rev': { N: '1' } },
    };

    assert.equal((await failure(client.send(new UpdateItemCommand(update)))).name, CONDITION_FAILED.name);
    const { Item } = await client.send(
      new GetItemCommand({ TableName, Key: item('a'), ConsistentRead: true }),
    );
    assert.equal(Item, undefined);
  });

  fact(
    'of parallel updates with a condition on the revision, exactly one succeeds',
    async ({ client, table }) => {
      const TableName = await table();
      await client.send(new PutItemCommand({ TableName, Item: item('a', { rev: 1 }) }));

      const results = await Promise.allSettled(
        Array.from({ length: 10 }, () =>
          client.send(
            new UpdateItemCommand({
              TableName,
              Key: item('a'),
              UpdateExpression: 'SET rev = :next',
              ConditionExpression: 'rev = :rev',
              ExpressionAttributeValues: { ':rev': { N: '1' }, ':next': { N: '2' } },
            }),
          ),
        ),
      );

      const failures = results.flatMap((result) =>
        result.status === 'rejected' ? [result.reason as Error] : [],
      );
      assert.deepEqual(
        failures.map((error) => error.name),
        Array.from({ length: 9 }, () => CONDITION_FAILED.name),
      );
    },
  );

  fact('a delete returns the old item, or nothing if there was none', async ({ client, table }) => {
    const TableName = await table();
    await client.send(new PutItemCommand({ TableName, Item: item('a', { count: 1 }) }));
    const remove = { TableName, Key: item('a'), ReturnValues: 'ALL_OLD' as const };

    const first = await client.send(new DeleteItemCommand(remove));
    const second = await client.send(new DeleteItemCommand(remove));

    assert.deepEqual(first.Attributes, item('a', { count: 1 }));
    assert.equal(second.Attributes, undefined);
  });

  fact(
    'rejects a missing table, an empty key and an invalid expression by name',
    async ({ client, table }) => {
      const TableName = await table();
      const put = (name: string, id: string) =>
        client.send(new PutItemCommand({ TableName: name, Item: item(id) }));
      const wrong = new UpdateItemCommand({ TableName, Key: item('a'), UpdateExpression: 'INCREMENT count' });

      assert.equal((await failure(put(`${TableName}-missing`, 'a'))).name, 'ResourceNotFoundException');
      assert.equal((await failure(put(TableName, ''))).name, 'ValidationException');
      assert.equal((await failure(client.send(wrong))).name, 'ValidationException');
    },
  );
});

function add(TableName: string, id: string, n: number) {
  return {
    TableName,
    Key: item(id),
    UpdateExpression: 'ADD #count :n',
    ExpressionAttributeNames: { '#count': 'count' },
    ExpressionAttributeValues: { ':n': { N: String(n) } },
  };
}
