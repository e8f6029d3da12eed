import assert from 'node:assert/strict';
import { chapter } from './fact.ts';
import { item, numbers, type Table } from './target.ts';

export const timeToLive = chapter('time to live', (fact) => {
  fact('it is off by default, and names its attribute once it is on', async ({ client, table }) => {
    const things = await table();
    const describe = () => client.describeTimeToLive({ TableName: things.TableName });

    const { TimeToLiveDescription: before } = await describe();
    await enable(things);
    const { TimeToLiveDescription: after } = await describe();

    assert.deepEqual(before, { TimeToLiveStatus: 'DISABLED' });
    assert.equal(after?.AttributeName, 'expiresAt');
    // On AWS, ENABLED can take an hour.
    assert.match(after?.TimeToLiveStatus ?? '', /^ENABL(ED|ING)$/);
  });

  fact(
    'an expired item can be read and updated until it is deleted, which can take days',
    async ({ table }) => {
      const things = await table();
      await enable(things);
      const hourAgo = Math.floor(Date.now() / 1000) - 3600;
      const expired = item('a', { expiresAt: hourAgo });
      await things.put(expired);

      assert.deepEqual(await things.get('a'), expired);
      assert.equal((await things.scan()).Count, 1);
      const { Attributes } = await things.update('a', 'SET expiresAt = :later', {
        ExpressionAttributeValues: numbers({ later: hourAgo + 7200 }),
        ReturnValues: 'UPDATED_OLD',
      });
      assert.deepEqual(Attributes, { expiresAt: expired['expiresAt'] });
    },
  );
});

function enable({ client, TableName }: Table): Promise<unknown> {
  const TimeToLiveSpecification = { Enabled: true, AttributeName: 'expiresAt' };
  return client.updateTimeToLive({ TableName, TimeToLiveSpecification });
}
