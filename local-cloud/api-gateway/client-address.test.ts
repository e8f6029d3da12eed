import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { clientAddress, clientProtocol } from './client-address.ts';

/** The parts of a request that are looked at. */
function request(remoteAddress: string, headers: Record<string, string> = {}): IncomingMessage {
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

test('an IPv4 client of an IPv6 socket has an IPv4 address', () => {
  assert.equal(clientAddress(request('::ffff:192.0.2.7'), false), '192.0.2.7');
  assert.equal(clientAddress(request('2001:db8::7'), false), '2001:db8::7');
});

test('X-Forwarded-For counts only where a proxy is trusted, and of it the last hop', () => {
  const forwarded = request('127.0.0.1', { 'x-forwarded-for': '203.0.113.9, 192.0.2.7' });
  assert.equal(clientAddress(forwarded, false), '127.0.0.1');
  assert.equal(clientAddress(forwarded, true), '192.0.2.7');
});

test('a last hop that is no address is not believed', () => {
  for (const value of ['', 'unknown', '192.0.2.7, <script>']) {
    assert.equal(clientAddress(request('127.0.0.1', { 'x-forwarded-for': value }), true), '127.0.0.1');
  }
});

test('the protocol is that of the socket, or what a trusted proxy says', () => {
  const forwarded = request('127.0.0.1', { 'x-forwarded-proto': 'https' });
  assert.equal(clientProtocol(forwarded, false), 'http');
  assert.equal(clientProtocol(forwarded, true), 'https');
  const encrypted = { socket: { encrypted: true }, headers: {} } as unknown as IncomingMessage;
  assert.equal(clientProtocol(encrypted, false), 'https');
});
