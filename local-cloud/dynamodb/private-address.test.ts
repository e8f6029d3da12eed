import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choosePrivateAddress, withoutAddresses } from './private-address.ts';

test(
  'chooses a new loopback address each time',
  { skip: process.platform !== 'linux' && process.platform !== 'win32' && 'needs all of 127.0.0.0/8' },
  async () => {
    const addresses = await Promise.all(Array.from({ length: 20 }, () => choosePrivateAddress()));

    for (const { host, port, isUnguessable } of addresses) {
      assert.match(host, /^127\.[1-9]\d{0,2}\.\d{1,3}\.[1-9]\d{0,2}$/);
      assert.ok(port > 1023 && isUnguessable);
    }
    assert.equal(new Set(addresses.map(({ host }) => host)).size, 20);
  },
);

test('macOS has only 127.0.0.1, and the result says so', async () => {
  const { host, isUnguessable } = await choosePrivateAddress('darwin');

  assert.deepEqual([host, isUnguessable], ['127.0.0.1', false]);
});

test('removes loopback addresses from a message', () => {
  assert.equal(
    withoutAddresses('connect ECONNREFUSED 127.93.4.250:40123, not 10.0.0.1:80'),
    'connect ECONNREFUSED (database), not 10.0.0.1:80',
  );
});
