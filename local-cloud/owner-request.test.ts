import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForOwner } from './owner-request.ts';

for (const [what, remoteAddress, headers, expected] of [
  ['curl on this machine', '127.0.0.1', { host: 'localhost:4000' }, true],
  ['over IPv6', '::1', { host: '[::1]:4000' }, true],
  ['through a dual-stack socket', '::ffff:127.0.0.1', { host: '127.0.0.1' }, true],
  ['from another machine', '192.0.2.1', { host: 'localhost:4000' }, false],
  [
    'through a proxy on this machine',
    '127.0.0.1',
    { host: 'localhost', 'x-forwarded-for': '192.0.2.1' },
    false,
  ],
  ['through a proxy that keeps the name', '127.0.0.1', { host: 'resume.example.com' }, false],
  ['a page whose name points here', '127.0.0.1', { host: 'localhost.evil.example:4000' }, false],
  ['after the socket is gone', undefined, { host: 'localhost' }, false],
] as const) {
  test(`${what}: ${expected ? 'answered' : 'not answered'}`, () => {
    assert.equal(isForOwner({ socket: { remoteAddress }, headers }), expected);
  });
}
