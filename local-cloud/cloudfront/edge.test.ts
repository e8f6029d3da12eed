import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, test } from 'node:test';
import { forward, matches } from './edge.ts';

const EDGE = { pathPattern: '/live', originHeaders: { 'X-Origin-Secret': 'the-secret' } };

function handshake(...rawHeaders: string[]): IncomingMessage {
  const headers: Record<string, string> = {};
  for (let i = 0; i < rawHeaders.length; i += 2) headers[rawHeaders[i]!.toLowerCase()] = rawHeaders[i + 1]!;
  return { headers, rawHeaders } as unknown as IncomingMessage;
}

describe('the edge in front of the gateway', () => {
  test('sets the secret and the viewer’s address', () => {
    const request = handshake('Host', 'localhost');
    forward(request, EDGE, '203.0.113.7');
    assert.deepEqual(request.rawHeaders, [
      'Host',
      'localhost',
      'X-Origin-Secret',
      'the-secret',
      'X-Forwarded-For',
      '203.0.113.7',
    ]);
  });

  test('replaces a secret that the client sends, and appends to an X-Forwarded-For that it sends', () => {
    const request = handshake('x-origin-secret', 'guess', 'x-forwarded-for', '198.51.100.1', 'Host', 'a');
    forward(request, EDGE, '203.0.113.7');
    assert.equal(request.headers['x-origin-secret'], 'the-secret');
    assert.equal(request.headers['x-forwarded-for'], '198.51.100.1, 203.0.113.7');
    assert.doesNotMatch(request.rawHeaders.join(), /guess/);
  });

  for (const [pattern, url, expected] of [
    ['/live', '/live?visit=a', true],
    ['/live', '/live/', false],
    ['/live', '/lively', false],
    ['/l?ve*', '/love/x', true],
    ['/a.b', '/axb', false],
  ] as const)
    test(`${pattern} ${expected ? 'matches' : 'does not match'} ${url}`, () =>
      assert.equal(matches({ pathPattern: pattern, originHeaders: {} }, url), expected));
});
