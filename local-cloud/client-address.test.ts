import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientAddress, clientProtocol, isForOwner } from './client-address.ts';

const request = (remoteAddress: string | undefined, headers: Record<string, string> = {}) => ({
  socket: { remoteAddress },
  headers,
});

for (const [name, remoteAddress, forwardedFor, trustProxy, expected] of [
  ['IPv4 through an IPv6 socket', '::ffff:192.0.2.7', undefined, false, '192.0.2.7'],
  ['IPv6', '2001:db8::7', undefined, false, '2001:db8::7'],
  ['X-Forwarded-For without a trusted proxy', '127.0.0.1', '192.0.2.7', false, '127.0.0.1'],
  ['the last hop behind a trusted proxy', '127.0.0.1', '203.0.113.9, 192.0.2.7', true, '192.0.2.7'],
  ['an empty hop', '127.0.0.1', '', true, '127.0.0.1'],
  ['a hop that is no address', '127.0.0.1', '192.0.2.7, <script>', true, '127.0.0.1'],
] as const) {
  test(`the address of ${name} is ${expected}`, () => {
    const headers: Record<string, string> =
      forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
    assert.equal(clientAddress(request(remoteAddress, headers), trustProxy), expected);
  });
}

test('the protocol is the socket’s, or what a trusted proxy says', () => {
  const forwarded = request('127.0.0.1', { 'x-forwarded-proto': 'https' });
  assert.equal(clientProtocol(forwarded, false), 'http');
  assert.equal(clientProtocol(forwarded, true), 'https');
  assert.equal(clientProtocol({ socket: { encrypted: true }, headers: {} }, false), 'https');
});

const FORWARDED = { host: 'localhost', 'x-forwarded-for': '192.0.2.1' };
for (const [name, remoteAddress, headers, expected] of [
  ['curl on this machine', '127.0.0.1', { host: 'localhost:4000' }, true],
  ['IPv6 loopback', '::1', { host: '[::1]:4000' }, true],
  ['a dual-stack socket', '::ffff:127.0.0.1', { host: '127.0.0.1' }, true],
  ['another machine', '192.0.2.1', { host: 'localhost:4000' }, false],
  ['a proxy on this machine', '127.0.0.1', FORWARDED, false],
  ['a proxy that keeps the host name', '127.0.0.1', { host: 'resume.example.com' }, false],
  ['a page whose name resolves to loopback', '127.0.0.1', { host: 'localhost.evil.example:4000' }, false],
  ['a socket that is gone', undefined, { host: 'localhost' }, false],
] as const) {
  test(`a request from ${name} is ${expected ? '' : 'not '}the owner's`, () =>
    assert.equal(isForOwner(request(remoteAddress, headers)), expected));
}
