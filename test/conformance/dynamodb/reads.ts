import assert from 'node:assert/strict';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ScanCommand,
  type DynamoDBClient,
  type ScanCommandInput,
} from '@aws-sdk/client-dynamodb';
import { chapter } from './fact.ts';
import { failure, item, type Item } from './target.ts';

export const reads = chapter('BatchGetItem and Scan', (fact) => {
  fact(
    'a consistent batch returns the existing items and omits the missing ones',
    async ({ client, table }) => {
      const TableName = await table();
      await fill(client, TableName, 3);
      const Keys = ['item-0', 'missing', 'item-2'].map((id) => item(id));

      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }),
      );

      assert.deepEqual(idsOf(Responses?.[TableName]), ['item-0', 'item-2']);
      assert.deepEqual(UnprocessedKeys, {});
    },
  );

  fact('a batch rejects a duplicate key', async ({ client, table }) => {
    const TableName = await table();
    const RequestItems = { [TableName]: { Keys: [item('a'), item('a')] } };

    assert.equal(
      (await failure(client.send(new BatchGetItemCommand({ RequestItems })))).name,
      'ValidationException',
    );
  });

  fact(
    'the pages of a scan contain each item once, and the last one has no continuation key',
    async ({ client, table }) => {
      const TableName = await table();
      await fill(client, TableName, 25);

      const pages = await pagesOf(client, { TableName, Limit: 10, ConsistentRead: true });

      assert.deepEqual(
        pages.map((page) => page.length),
        [10, 10, 5],
      );
      assert.deepEqual(idsOf(pages.flat()), idsOf(itemsTo(25)));
    },
  );

  fact('the segments of a parallel scan contain each item once', async ({ client, table }) => {
    const TableName = await table();
    await fill(client, TableName, 100);

    const segments = await Promise.all(
      [0, 1, 2, 3].map(async (Segment) =>
        (
          await pagesOf(client, { TableName, Segment, TotalSegments: 4, Limit: 7, ConsistentRead: true })
        ).flat(),
      ),
    );

    assert.deepEqual(idsOf(segments.flat()), idsOf(itemsTo(100)));
    assert.ok(
      segments.every((segment) => segment.length > 0),
      'the items are spread over the segments',
    );
  });

  fact('a filter omits items from the page, but they count as scanned', async ({ client, table }) => {
    const TableName = await table();
    await fill(client, TableName, 10);

    const page = await client.send(
      new ScanCommand({
        TableName,
        ConsistentRead: true,
        FilterExpression: 'expiresAt > :now',
        ExpressionAttributeValues: { ':now': { N: '5' } },
        ProjectionExpression: 'id',
      }),
    );

    assert.deepEqual(idsOf(page.Items), ['item-6', 'item-7', 'item-8', 'item-9']);
    assert.deepEqual([page.Count, page.ScannedCount], [4, 10]);
  });

  fact('a count returns no items', async ({ client, table }) => {
    const TableName = await table();
    await fill(client, TableName, 10);

    const page = await client.send(new ScanCommand({ TableName, Select: 'COUNT', ConsistentRead: true }));

    assert.deepEqual([page.Count, page.Items], [10, undefined]);
  });

  fact('a page ends at one megabyte', async ({ client, table }) => {
    const TableName = await table();
    await fill(client, TableName, 24, 'x'.repeat(60_000));

    const pages = await pagesOf(client, { TableName, ConsistentRead: true });

    assert.deepEqual(idsOf(pages.flat()), idsOf(itemsTo(24)));
    assert.ok(pages.length >= 2, '1.4 MB do not fit in one page');
    for (const page of pages) assert.ok(page.length * 60_000 <= 1024 * 1024 + 60_000);
  });
});

function itemsTo(n: number, text = ''): Item[] {
  return Array.from({ length: n }, (_, i) => item(`item-${i}`, { expiresAt: i, ...(text && { text }) }));
}

async function fill(client: DynamoDBClient, TableName: string, n: number, text = ''): Promise<void> {
  for (let from = 0; from < n; from += 25) {
    const requests = itemsTo(n, text)
      .slice(from, from + 25)
      .map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
  }
}

async function pagesOf(client: DynamoDBClient, scan: ScanCommandInput): Promise<Item[][]> {
  const pages: Item[][] = [];
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await client.send(new ScanCommand({ ...scan, ExclusiveStartKey }));
    // The last page may be empty if the table ended with a full page.
    if (page.Items?.length) pages.push(page.Items);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return pages;
}

function idsOf(items: Item[] | undefined): (string | undefined)[] {
  return (items ?? []).map(({ id }) => id?.S).sort();
}
