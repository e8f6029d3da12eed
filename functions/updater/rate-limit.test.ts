import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { createRateLimit, isLoopback, network } from './rate-limit.ts';

const START = Date.UTC(2026, 10, 23);
let database: TestDatabase;
before(async () => {
  database = await startTestDatabase();
});
after(() => database.close());

/** The rate limit of an execution environment. */
const environment = (limit: number, now = () => START) => createRateLimit(database, limit, now);
const times = async (count: number, work: () => Promise<boolean>) => {
  const answers: boolean[] = [];
  for (let i = 0; i < count; i++) answers.push(await work());
  return answers;
};

test('limits the connections of an address per ten minutes, over all environments', async () => {
  let now = START;
  const check = (address: string) => environment(3, () => now).check(address);
  const answers = await times(5, () => check('203.0.113.7'));
  assert.deepEqual(answers, [true, true, true, false, false]);
  assert.equal(await check('203.0.113.8'), true, 'another address');
  now += 600_000;
  assert.equal(await check('203.0.113.7'), true, 'the next window');
});

test('remembers an address over its limit until the window ends', async () => {
  let now = START;
  const { check, isOver } = environment(1, () => now);
  const address = '2001:db8:0:1::7';
  assert.deepEqual([isOver(address), await check(address), isOver(address)], [false, true, false]);
  assert.deepEqual([await check(address), isOver('2001:db8:0:1::8')], [false, true]);
  assert.equal(isOver('2001:db8:0:2::7'), false, 'another network');
  now += 600_000;
  assert.deepEqual([isOver(address), await check(address)], [false, true]);
});

test('an environment writes the connections of an address in batches', async () => {
  const written = async () =>
    (await database.items(database.visitorCountTable))
      .filter(({ id }) => id!.S!.startsWith('address#'))
      .reduce((sum, { connections }) => sum + Number(connections!.N), 0);
  const before = await written();
  const { check } = environment(1_000);
  await times(9, () => check('203.0.113.20'));
  assert.equal((await written()) - before, 0);
  await times(11, () => check('203.0.113.20'));
  assert.equal((await written()) - before, 20);

  const [first, second] = [environment(200), environment(200)];
  const admitted = [
    ...(await times(150, () => first.check('203.0.113.21'))),
    ...(await times(150, () => second.check('203.0.113.21'))),
  ].filter(Boolean).length;
  assert.equal(admitted, 201, 'the second environment learns of the limit with its next batch of two');
});

test('holds the limit against a hundred simultaneous connections', async () => {
  const { check } = environment(40);
  const answers = await Promise.all(Array.from({ length: 100 }, () => check('198.51.100.1')));
  assert.equal(answers.filter(Boolean).length, 40);
});

test('loopback is not limited, and neither is anyone if the setting is 0', async () => {
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) {
    assert.equal(isLoopback(address), true, address);
    const { check } = environment(1);
    assert.deepEqual(await times(3, () => check(address)), [true, true, true]);
  }
  const { check } = environment(0);
  assert.deepEqual(await times(3, () => check('192.0.2.1')), [true, true, true]);
});

test('stores no address', async () => {
  await environment(5).check('192.0.2.99');
  const stored = JSON.stringify(await database.items(database.visitorCountTable));
  assert.ok(stored.includes('address#') && !stored.includes('192.0.2.99'));
});

for (const [address, expected] of [
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0DB8:0001:0002::6', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['fe80::', 'fe80:0:0:0'],
] as const) {
  test(`${address} counts towards the limit of ${expected}`, () => {
    assert.equal(network(address), expected);
  });
}
