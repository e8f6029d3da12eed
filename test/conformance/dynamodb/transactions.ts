import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  type TransactionCanceledException,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { chapter } from './fact.ts';
import { codes, failure, item, type Tables } from './target.ts';

export const transactions = chapter('TransactWriteItems', (fact) => {
  fact('writes all items, in two tables', async (tables) => {
    const [visits, connections] = [await tables.table('visits'), await tables.table('connections')];

    await write(tables, [putNew(visits, 'marker'), add(visits, 'visits'), putNew(connections, 'connection')]);

    assert.deepEqual(await read(tables, visits, 'marker'), item('marker'));
    assert.deepEqual(await read(tables, visits, 'visits'), item('visits', { count: 1 }));
    assert.deepEqual(await read(tables, connections, 'connection'), item('connection'));
  });

  fact('writes nothing if one condition fails, and says which one', async (tables) => {
    const table = await tables.table();
    await write(tables, [putNew(table, 'marker')]);

    const error = await failure<TransactionCanceledException>(
      write(tables, [add(table, 'visits'), putNew(table, 'marker'), putNew(table, 'connection')]),
    );

    assert.equal(error.name, 'TransactionCanceledException');
    assert.equal(error.$metadata.httpStatusCode, 400);
    assert.deepEqual(codes(error), ['None', 'ConditionalCheckFailed', 'None']);
    assert.equal(error.CancellationReasons?.[1]?.Message, 'The conditional request failed');
    assert.match(error.message, /specific reasons \[None, ConditionalCheckFailed, None\]$/);
    assert.equal(await read(tables, table, 'visits'), undefined);
    assert.equal(await read(tables, table, 'connection'), undefined);
  });

  fact('returns the item that failed its condition on request', async (tables) => {
    const TableName = await tables.table();
    await write(tables, [add(TableName, 'a')]);

    const error = await failure<TransactionCanceledException>(
      write(tables, [
        {
          Put: {
            TableName,
            Item: item('a'),
            ConditionExpression: 'attribute_not_exists(id)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
      ]),
    );

    assert.deepEqual(error.CancellationReasons?.[0]?.Item, item('a', { count: 1 }));
  });

  fact('can check a condition on an item without writing it', async (tables) => {
    const TableName = await tables.table();
    const check = {
      ConditionCheck: { TableName, Key: item('gate'), ConditionExpression: 'attribute_exists(id)' },
    };

    const error = await failure<TransactionCanceledException>(write(tables, [check, add(TableName, 'a')]));
    assert.deepEqual(codes(error), ['ConditionalCheckFailed', 'None']);
    await write(tables, [putNew(TableName, 'gate')]);
    await write(tables, [check, add(TableName, 'a')]);

    assert.deepEqual(await read(tables, TableName, 'a'), item('a', { count: 1 }));
  });

  fact('executes the same token and request once', async (tables) => {
    const token = randomUUID();
    const table = await tables.table();

    for (let attempt = 0; attempt < 3; attempt++) await write(tables, [add(table, 'a')], token);
    await write(tables, [add(table, 'a')], randomUUID());

    assert.deepEqual(await read(tables, table, 'a'), item('a', { count: 2 }));
  });

  fact('rejects the same token with another request', async (tables) => {
    const token = randomUUID();
    const table = await tables.table();
    await write(tables, [add(table, 'a')], token);

    const error = await failure(write(tables, [add(table, 'b')], token));

    assert.equal(error.name, 'IdempotentParameterMismatchException');
  });

  fact('a cancelled transaction does not use up its token', async (tables) => {
    const token = randomUUID();
    const TableName = await tables.table();
    const gated: TransactWriteItem[] = [
      { ConditionCheck: { TableName, Key: item('gate'), ConditionExpression: 'attribute_exists(id)' } },
      add(TableName, 'a'),
    ];

    await failure(write(tables, gated, token));
    await write(tables, [putNew(TableName, 'gate')]);
    await write(tables, gated, token);

    assert.deepEqual(await read(tables, TableName, 'a'), item('a', { count: 1 }));
  });

  fact('rejects two actions on one item', async (tables) => {
    const table = await tables.table();

    const error = await failure(write(tables, [add(table, 'a'), putNew(table, 'a')]));

    assert.equal(error.name, 'ValidationException');
    assert.equal(await read(tables, table, 'a'), undefined);
  });

  fact('accepts up to 100 actions', async (tables) => {
    const table = await tables.table();
    const puts = Array.from({ length: 101 }, (_, i) => putNew(table, `item-${i}`));

    assert.equal((await failure(write(tables, puts))).name, 'ValidationException');
    await write(tables, puts.slice(1));
  });

  fact(
    'parallel transactions on one item succeed or fail with a conflict, and the sum is exact',
    async (tables) => {
      const table = await tables.table();

      const results = await Promise.allSettled(
        Array.from({ length: 30 }, (_, i) => write(tables, [add(table, 'hot'), putNew(table, `visit-${i}`)])),
      );

      const succeeded = results.filter((result) => result.status === 'fulfilled').length;
      for (const result of results)
        if (result.status === 'rejected')
          assert.deepEqual(codes(result.reason as TransactionCanceledException), [
            'TransactionConflict',
            'None',
          ]);
      assert.deepEqual(await read(tables, table, 'hot'), item('hot', { count: succeeded }));
    },
  );

  fact('of parallel transactions with one marker, exactly one succeeds', async (tables) => {
    const table = await tables.table();

    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => write(tables, [putNew(table, 'marker'), add(table, 'visits')])),
    );

    assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
    assert.deepEqual(await read(tables, table, 'visits'), item('visits', { count: 1 }));
  });

  fact('an action that fails cancels all', async (tables) => {
    const table = await tables.table();
    await tables.client.send(new PutItemCommand({ TableName: table, Item: item('text', { count: 'many' }) }));

    await failure(write(tables, [putNew(table, 'marker'), add(table, 'text')]));

    assert.equal(await read(tables, table, 'marker'), undefined);
  });

  fact('an action that fails is named in the reasons', async (tables) => {
    const table = await tables.table();
    await tables.client.send(new PutItemCommand({ TableName: table, Item: item('text', { count: 'many' }) }));

    const error = await failure<TransactionCanceledException>(
      write(tables, [putNew(table, 'marker'), add(table, 'text')]),
    );

    assert.deepEqual(codes(error), ['None', 'ValidationError']);
  });
});

function write({ client }: Tables, TransactItems: TransactWriteItem[], token?: string): Promise<unknown> {
  return client.send(
    new TransactWriteItemsCommand({ TransactItems, ...(token && { ClientRequestToken: token }) }),
  );
}

async function read({ client }: Tables, TableName: string, id: string) {
  return (await client.send(new GetItemCommand({ TableName, Key: item(id), ConsistentRead: true }))).Item;
}

function putNew(TableName: string, id: string): TransactWriteItem {
  return { Put: { TableName, Item: item(id), ConditionExpression: 'attribute_not_exists(id)' } };
}

function add(TableName: string, id: string): TransactWriteItem {
  return {
    Update: {
      TableName,
      Key: item(id),
      UpdateExpression: 'ADD #count :one',
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: { ':one': { N: '1' } },
    },
  };
}
