import assert from 'node:assert/strict';
import { chapter } from './fact.ts';
import { item } from './target.ts';

const TOTAL = { ReturnConsumedCapacity: 'TOTAL' } as const;

/** The basis of the cost estimates: one unit for a write up to 1 KB or a consistent read up to 4 KB. */
export const capacity = chapter('consumed capacity', (fact) => {
  for (const [bytes, units] of [
    [100, 1],
    [1_000, 1],
    [1_500, 2],
  ] as const)
    fact(`a write of ${bytes} bytes consumes ${units}`, async ({ table }) => {
      const put = (await table()).put(item('a', { text: 'x'.repeat(bytes) }), TOTAL);

      assert.equal((await put).ConsumedCapacity?.CapacityUnits, units);
    });

  fact('a transaction consumes two units per item', async ({ table, transact }) => {
    const [one, two] = [await table('one'), await table('two')];

    const { ConsumedCapacity } = await transact([one.putNew('a'), one.putNew('b'), two.putNew('c')], TOTAL);

    const units = (ConsumedCapacity ?? []).map((entry) => [entry.TableName, entry.CapacityUnits]);
    assert.deepEqual(units.sort(), [
      [one.TableName, 4],
      [two.TableName, 2],
    ]);
  });

  fact(
    'a consistent read consumes one unit, an eventually consistent read half a unit',
    async ({ client, table }) => {
      const { TableName, put } = await table();
      await put(item('a'));
      const units = [true, false].map(async (ConsistentRead) => {
        const read = client.getItem({ TableName, Key: item('a'), ConsistentRead, ...TOTAL });
        return (await read).ConsumedCapacity?.CapacityUnits;
      });

      assert.deepEqual(await Promise.all(units), [1, 0.5]);
    },
  );

  fact('a scan consumes units for the total size of its items', async ({ table }) => {
    const { put, scan } = await table();
    for (const id of ['a', 'b', 'c', 'd']) await put(item(id, { text: 'x'.repeat(2_000) }));

    assert.equal((await scan(TOTAL)).ConsumedCapacity?.CapacityUnits, 2);
  });
});
