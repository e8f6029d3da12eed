import assert from 'node:assert/strict';
import type { ScanInput } from '@aws-sdk/client-dynamodb';
import { chapter } from './fact.ts';
import { assertRejected, item, numbers, type Item, type Table, type Tables } from './target.ts';

export const reads = chapter('BatchGetItem and Scan', (fact) => {
  fact('a consistent batch returns the existing items and omits the missing ones', async (tables) => {
    const { client, TableName } = await filled(tables, 3);
    const Keys = ['item-0', 'missing', 'item-2'].map((id) => item(id));

    const { Responses, UnprocessedKeys } = await client.batchGetItem({
      RequestItems: { [TableName]: { Keys, ConsistentRead: true } },
    });

    assert.deepEqual(idsOf(Responses?.[TableName]), ['item-0', 'item-2']);
    assert.deepEqual(UnprocessedKeys, {});
  });

  fact('a batch rejects a duplicate key', async ({ table }) => {
    const { client, TableName } = await table();
    const RequestItems = { [TableName]: { Keys: [item('a'), item('a')] } };

    await assertRejected(client.batchGetItem({ RequestItems }), 'ValidationException');
  });

  fact(
    'the pages of a scan contain each item once, and the last one has no continuation key',
    async (tables) => {
      const pages = await pagesOf(await filled(tables, 25), { Limit: 10 });

      assert.deepEqual(
        pages.map((page) => page.length),
        [10, 10, 5],
      );
      assert.deepEqual(idsOf(pages.flat()), idsOf(itemsTo(25)));
    },
  );

  fact('the segments of a parallel scan contain each item once', async (tables) => {
    const table = await filled(tables, 100);

    const segments = await Promise.all(
      [0, 1, 2, 3].map(async (Segment) =>
        (await pagesOf(table, { Segment, TotalSegments: 4, Limit: 7 })).flat(),
      ),
    );

    assert.deepEqual(idsOf(segments.flat()), idsOf(itemsTo(100)));
    assert.ok(
      segments.every((segment) => segment.length > 0),
      'the items are spread over the segments',
    );
  });

  fact('a filter omits items from the page, but they count as scanned', async (tables) => {
    const page = await (
      await filled(tables, 10)
    ).scan({
      FilterExpression: 'expiresAt > :now',
      ExpressionAttributeValues: numbers({ now: 5 }),
      ProjectionExpression: 'id',
    });

    assert.deepEqual(idsOf(page.Items), ['item-6', 'item-7', 'item-8', 'item-9']);
    assert.deepEqual([page.Count, page.ScannedCount], [4, 10]);
  });

  fact('a page ends at one megabyte', async (tables) => {
    const pages = await pagesOf(await filled(tables, 24, 'x'.repeat(60_000)));

    assert.deepEqual(idsOf(pages.flat()), idsOf(itemsTo(24)));
    assert.ok(pages.length >= 2, '1.4 MB do not fit in one page');
    for (const page of pages) assert.ok(page.length * 60_000 <= 1024 * 1024 + 60_000);
  });
});

function itemsTo(n: number, text = ''): Item[] {
  return Array.from({ length: n }, (_, i) => item(`item-${i}`, { expiresAt: i, ...(text && { text }) }));
}

async function filled({ table }: Tables, n: number, text = ''): Promise<Table> {
  const things = await table();
  const { client, TableName } = things;
  for (let from = 0; from < n; from += 25) {
    const requests = itemsTo(n, text)
      .slice(from, from + 25)
      .map((Item) => ({ PutRequest: { Item } }));
    await client.batchWriteItem({ RequestItems: { [TableName]: requests } });
  }
  return things;
}

async function pagesOf({ scan }: Table, more?: Partial<ScanInput>): Promise<Item[][]> {
  const pages: Item[][] = [];
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await scan({ ...more, ExclusiveStartKey });
    // The last page may be empty if the table ended with a full page.
    if (page.Items?.length) pages.push(page.Items);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return pages;
}

function idsOf(items: Item[] | undefined): (string | undefined)[] {
  return (items ?? []).map(({ id }) => id?.S).sort();
}
