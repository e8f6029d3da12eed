import assert from 'node:assert/strict';
import { chapter } from './fact.ts';
import { assertRejected, failure, IS_NEW, item, numbers, tableOf } from './target.ts';

const CONDITION_FAILED = 'ConditionalCheckFailedException';

export const writes = chapter('conditional and atomic writes', (fact) => {
  fact('a put with the condition that the item is new succeeds once', async ({ table }) => {
    const { put } = await table();
    const putNew = () => put(item('a'), { ConditionExpression: IS_NEW });

    await putNew();
    const { name, message, $metadata } = await failure(putNew());

    assert.deepEqual([name, message], [CONDITION_FAILED, 'The conditional request failed']);
    assert.equal($metadata.httpStatusCode, 400);
  });

  fact('a condition can compare numbers: new, or expired by now', async ({ table }) => {
    const { put } = await table();
    await put(item('a', { expiresAt: 1_000 }));
    const putAt = (now: number) =>
      put(item('a', { expiresAt: now + 100 }), {
        ConditionExpression: `${IS_NEW} OR expiresAt <= :now`,
        ExpressionAttributeValues: numbers({ now }),
      });

    await assertRejected(putAt(999), CONDITION_FAILED);
    await putAt(1_000);
    await assertRejected(putAt(1_099), CONDITION_FAILED);
  });

  fact('ADD creates a missing item and starts at zero', async ({ table }) => {
    const { Attributes } = await (await table()).add('a', 3, { ReturnValues: 'ALL_NEW' });

    assert.deepEqual(Attributes, item('a', { count: 3 }));
  });

  fact('parallel ADDs lose nothing', async ({ table }) => {
    const { add, get } = await table();

    await Promise.all(Array.from({ length: 40 }, () => add('a', 1)));

    assert.deepEqual(await get('a'), item('a', { count: 40 }));
  });

  fact('an update returns the old or the new item on request', async ({ table }) => {
    const { put, add } = await table();
    await put(item('a', { count: 1, kept: 'yes' }));

    for (const [ReturnValues, expected] of [
      ['ALL_OLD', item('a', { count: 1, kept: 'yes' })],
      ['ALL_NEW', item('a', { count: 3, kept: 'yes' })],
    ] as const)
      assert.deepEqual((await add('a', 1, { ReturnValues })).Attributes, expected);
  });

  fact('an update whose condition fails changes and creates nothing', async ({ table }) => {
    const { add, get } = await table();
    const condition = {
      ConditionExpression: 'rev = :rev',
      ExpressionAttributeValues: numbers({ n: 1, rev: 1 }),
    };

    await assertRejected(add('a', 1, condition), CONDITION_FAILED);
    assert.equal(await get('a'), undefined);
  });

  fact('of parallel updates with a condition on the revision, exactly one succeeds', async ({ table }) => {
    const { put, update } = await table();
    await put(item('a', { rev: 1 }));
    const condition = {
      ConditionExpression: 'rev = :rev',
      ExpressionAttributeValues: numbers({ rev: 1, next: 2 }),
    };

    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => update('a', 'SET rev = :next', condition)),
    );

    const failures = results.flatMap((result) =>
      result.status === 'rejected' ? [(result.reason as Error).name] : [],
    );
    assert.deepEqual(failures, Array<string>(9).fill(CONDITION_FAILED));
  });

  fact('a delete returns the old item, or nothing if there was none', async ({ table }) => {
    const { put, remove } = await table();
    await put(item('a', { count: 1 }));
    const old = async () => (await remove('a', { ReturnValues: 'ALL_OLD' })).Attributes;

    assert.deepEqual(await old(), item('a', { count: 1 }));
    assert.equal(await old(), undefined);
  });

  fact('rejects a missing table, an empty key and an invalid expression by name', async ({ table }) => {
    const { client, streams, TableName, put, update } = await table();
    const missing = tableOf(client, streams, `${TableName}-missing`);

    await assertRejected(missing.put(item('a')), 'ResourceNotFoundException');
    await assertRejected(put(item('')), 'ValidationException');
    await assertRejected(update('a', 'INCREMENT count'), 'ValidationException');
  });
});
