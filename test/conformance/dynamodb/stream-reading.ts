import assert from 'node:assert/strict';
import { chapter } from './fact.ts';
import { ends, FROM_THE_BEGINNING, idOf, iteratorsAt, openStream, readPage, story } from './stream.ts';
import { assertRejected, item, type Table, type Tables } from './target.ts';

export const streamReading = chapter('reading a stream', (fact) => {
  fact('LATEST begins after the existing records, TRIM_HORIZON with the oldest', async (tables) => {
    const table = await filled(tables, 1);

    const latest = await openStream(table, { ShardIteratorType: 'LATEST' });
    await table.put(item('b'));
    await table.remove('b');

    assert.deepEqual(story(await latest.until(ends('b'))), ['INSERT b', 'REMOVE b']);
    const all = await (await openStream(table)).until(ends('b'));
    assert.deepEqual(story(all).sort(), ['INSERT b', 'INSERT item-0', 'REMOVE b']);
  });

  fact('a reader can continue after a record', async ({ table }) => {
    const things = await table('things', 'KEYS_ONLY');
    for (let i = 0; i < 2; i++) {
      await things.put(item('a'));
      await things.remove('a');
    }
    const all = await (await openStream(things)).until((records) => records.length >= 4);
    const SequenceNumber = all[1]?.dynamodb?.SequenceNumber;

    const [iterator] = await iteratorsAt(things, {
      ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
      SequenceNumber,
    });
    assert.deepEqual(story((await readPage(things, iterator)).records), ['INSERT a', 'REMOVE a']);
  });

  fact('sequence numbers increase within a shard', async (tables) => {
    const table = await filled(tables, 10);

    const records = await (await openStream(table)).until((so) => so.length >= 10);

    const numbers = records.map((record) => BigInt(record.dynamodb?.SequenceNumber ?? 0));
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => (a < b ? -1 : 1)),
    );
    assert.equal(new Set(numbers).size, numbers.length);
  });

  fact('a page contains at most the requested number of records', async (tables) => {
    const table = await filled(tables, 5);
    const [start] = await iteratorsAt(table, FROM_THE_BEGINNING);

    const first = await readPage(table, start, 2);
    const second = await readPage(table, first.next, 2);

    assert.deepEqual(first.records.map(idOf), ['item-0', 'item-1']);
    assert.deepEqual(second.records.map(idOf), ['item-2', 'item-3']);
  });

  fact('an open shard always has a next iterator', async ({ table }) => {
    const things = await table('things', 'KEYS_ONLY');
    const [latest] = await iteratorsAt(things, { ShardIteratorType: 'LATEST' });

    const { records, next } = await readPage(things, latest);

    assert.deepEqual(records, []);
    assert.ok(next);
  });

  fact('an iterator can be used twice', async (tables) => {
    const table = await filled(tables, 1);
    const [start] = await iteratorsAt(table, FROM_THE_BEGINNING);

    for (const attempt of ['first', 'second'])
      assert.deepEqual(story((await readPage(table, start)).records), ['INSERT item-0'], attempt);
  });

  fact('an invalid iterator gets ValidationException', async ({ table }) => {
    await assertRejected(readPage(await table(), 'no-iterator'), 'ValidationException');
  });
});

/** A table with `item-0`, `item-1`, …, whose records are in its stream. */
async function filled({ table }: Tables, n: number): Promise<Table> {
  const things = await table('things', 'KEYS_ONLY');
  for (let i = 0; i < n; i++) await things.put(item(`item-${i}`));
  await (await openStream(things)).until((records) => records.length >= n);
  return things;
}
