import assert from 'node:assert/strict';
import {
  DescribeTimeToLiveCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { chapter } from './fact.ts';
import { failure, item } from './target.ts';

export const timeToLive = chapter('time to live', (fact) => {
  fact('it is off by default, and names its attribute once it is on', async ({ client, table }) => {
    const TableName = await table();
    const describe = async () =>
      (await client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;

    const before = await describe();
    await enable(client, TableName);
    const after = await describe();

    assert.deepEqual(before, { TimeToLiveStatus: 'DISABLED' });
    assert.equal(after?.AttributeName, 'expiresAt');
    // On AWS, ENABLED can take an hour.
    assert.match(after?.TimeToLiveStatus ?? '', /^ENABL(ED|ING)$/);
  });

  fact('enabling it twice is rejected', async ({ client, table }) => {
    const TableName = await table();
    await enable(client, TableName);

    assert.equal((await failure(enable(client, TableName))).name, 'ValidationException');
  });

  fact(
    'an expired item can be read and updated until it is deleted, which can take days',
    async ({ client, table }) => {
      const TableName = await table();
      await enable(client, TableName);
      const hourAgo = Math.floor(Date.now() / 1000) - 3600;
      await client.send(new PutItemCommand({ TableName, Item: item('a', { expiresAt: hourAgo }) }));

      const read = await client.send(new GetItemCommand({ TableName, Key: item('a'), ConsistentRead: true }));
      const scan = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
      const update = await client.send(
        new UpdateItemCommand({
          TableName,
          Key: item('a'),
          UpdateExpression: 'SET expiresAt = :later',
          ExpressionAttributeValues: { ':later': { N: String(hourAgo + 7200) } },
          ReturnValues: 'UPDATED_OLD',
        }),
      );

      assert.deepEqual(read.Item, item('a', { expiresAt: hourAgo }));
      assert.equal(scan.Count, 1);
      assert.deepEqual(update.Attributes, { expiresAt: { N: String(hourAgo) } });
    },
  );
});

function enable(client: DynamoDBClient, TableName: string): Promise<unknown> {
  const TimeToLiveSpecification = { Enabled: true, AttributeName: 'expiresAt' };
  return client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
}
