import assert from 'node:assert/strict';
import { test } from 'node:test';
import { originsOf } from './wiring.ts';

test('on loopback the page opens under each of its names, and people see localhost', () => {
  for (const host of ['127.0.0.1', '::1', 'localhost', '0.0.0.0', '::']) {
    assert.deepEqual(originsOf(host, 4000), [
      'http://localhost:4000',
      'http://127.0.0.1:4000',
      'http://[::1]:4000',
    ]);
  }
});

test('a network address comes before loopback', () => {
  assert.equal(originsOf('192.168.1.7', 80)[0], 'http://192.168.1.7:80');
  assert.equal(originsOf('fd00::7', 80)[0], 'http://[fd00::7]:80');
});
