import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { checkRateLimit, createRateLimit, isLoopback, network } from './rate-limit.ts';

const START = Date.UTC(2026, 10, 23);
let database: TestDatabase;
before(async () => {
  database = await startTestDatabase();
});
after(() => database.close());

test('limits the connections of an address per ten minutes', async () => {
  const connect = (at: number) => checkRateLimit(database, '203.0.113.7', 3, at);
  const answers = [];
  for (let i = 0; i < 5; i++) answers.push(await connect(START + i));
  assert.deepEqual(answers, [true, true, true, false, false]);
  assert.equal(await checkRateLimit(database, '203.0.113.8', 3, START), true, 'another address');
  assert.equal(await connect(START + 600_000), true, 'the next window');
});

test('remembers an address over its limit until the window ends', async () => {
  let now = START;
  const { check, isOver } = createRateLimit(database, 1, () => now);
  const address = '2001:db8:0:1::7';
  assert.deepEqual([isOver(address), await check(address), isOver(address)], [false, true, false]);
  assert.deepEqual([await check(address), isOver('2001:db8:0:1::8')], [false, true]);
  assert.equal(isOver('2001:db8:0:2::7'), false, 'another network');
  now += 600_000;
  assert.deepEqual([isOver(address), await check(address)], [false, true]);
});

test('holds the limit against a hundred simultaneous connections', async () => {
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => checkRateLimit(database, '198.51.100.1', 40, START)),
  );
  assert.equal(answers.filter(Boolean).length, 40);
});

test('loopback is not limited, and neither is anyone if the setting is 0', async () => {
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) {
    assert.equal(isLoopback(address), true, address);
    for (let i = 0; i < 3; i++) assert.equal(await checkRateLimit(database, address, 1, START), true);
  }
  for (let i = 0; i < 3; i++) assert.equal(await checkRateLimit(database, '192.0.2.1', 0, START), true);
});

test('stores no address', async () => {
  await checkRateLimit(database, '192.0.2.99', 5, START);
  assert.ok(!JSON.stringify(await database.items(database.visitorCountTable)).includes('192.0.2.99'));
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
