import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { chapter } from './fact.ts';
import { assertRejected, codes, failure, IS_NEW, item } from './target.ts';

export const transactions = chapter('TransactWriteItems', (fact) => {
  fact('writes all items, in two tables', async ({ table, transact }) => {
    const [visits, connections] = [await table('visits'), await table('connections')];

    await transact([visits.putNew('marker'), visits.increment('visits'), connections.putNew('connection')]);

    assert.deepEqual(await visits.get('marker'), item('marker'));
    assert.deepEqual(await visits.get('visits'), item('visits', { count: 1 }));
    assert.deepEqual(await connections.get('connection'), item('connection'));
  });

  fact('writes nothing if one condition fails, and says which one', async ({ table, transact }) => {
    const { putNew, increment, get } = await table();
    await transact([putNew('marker')]);

    const error = await failure(transact([increment('visits'), putNew('marker'), putNew('connection')]));

    assert.equal(error.name, 'TransactionCanceledException');
    assert.equal(error.$metadata.httpStatusCode, 400);
    assert.deepEqual(codes(error), ['None', 'ConditionalCheckFailed', 'None']);
    assert.equal(error.CancellationReasons?.[1]?.Message, 'The conditional request failed');
    assert.match(error.message, /specific reasons \[None, ConditionalCheckFailed, None\]$/);
    assert.deepEqual([await get('visits'), await get('connection')], [undefined, undefined]);
  });

  fact('returns the item that failed its condition on request', async ({ table, transact }) => {
    const { TableName, increment } = await table();
    await transact([increment('a')]);
    const Put = {
      TableName,
      Item: item('a'),
      ConditionExpression: IS_NEW,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    } as const;

    const error = await failure(transact([{ Put }]));

    assert.deepEqual(error.CancellationReasons?.[0]?.Item, item('a', { count: 1 }));
  });

  fact(
    'can check a condition on an item without writing it; a cancelled transaction does not use up its token',
    async ({ table, transact }) => {
      const { TableName, putNew, increment, get } = await table();
      const gated: TransactWriteItem[] = [
        { ConditionCheck: { TableName, Key: item('gate'), ConditionExpression: 'attribute_exists(id)' } },
        increment('a'),
      ];
      const token = { ClientRequestToken: randomUUID() };

      const error = await failure(transact(gated, token));
      assert.deepEqual(codes(error), ['ConditionalCheckFailed', 'None']);
      await transact([putNew('gate')]);
      await transact(gated, token);

      assert.deepEqual(await get('a'), item('a', { count: 1 }));
    },
  );

  fact('executes the same token and request once', async ({ table, transact }) => {
    const { increment, get } = await table();
    const token = { ClientRequestToken: randomUUID() };

    for (let attempt = 0; attempt < 3; attempt++) await transact([increment('a')], token);
    await transact([increment('a')], { ClientRequestToken: randomUUID() });

    assert.deepEqual(await get('a'), item('a', { count: 2 }));
  });

  fact('rejects the same token with another request', async ({ table, transact }) => {
    const { increment } = await table();
    const token = { ClientRequestToken: randomUUID() };
    await transact([increment('a')], token);

    await assertRejected(transact([increment('b')], token), 'IdempotentParameterMismatchException');
  });

  fact(
    'parallel transactions on one item succeed or fail with a conflict, and the sum is exact',
    async ({ table, transact }) => {
      const { increment, putNew, get } = await table();

      const results = await Promise.allSettled(
        Array.from({ length: 30 }, (_, i) => transact([increment('hot'), putNew(`visit-${i}`)])),
      );

      const conflicts = results.flatMap((result) =>
        result.status === 'rejected' ? [codes(result.reason)] : [],
      );
      for (const conflict of conflicts) assert.deepEqual(conflict, ['TransactionConflict', 'None']);
      assert.deepEqual(await get('hot'), item('hot', { count: 30 - conflicts.length }));
    },
  );

  fact('of parallel transactions with one marker, exactly one succeeds', async ({ table, transact }) => {
    const { increment, putNew, get } = await table();

    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => transact([putNew('marker'), increment('visits')])),
    );

    assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
    assert.deepEqual(await get('visits'), item('visits', { count: 1 }));
  });

  fact('an action that fails cancels all', async ({ table, transact }) => {
    const { put, putNew, increment, get } = await table();
    await put(item('text', { count: 'many' }));

    await failure(transact([putNew('marker'), increment('text')]));

    assert.equal(await get('marker'), undefined);
  });
});
