import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { localTopology } from '../cli/local/topology.ts';
import { ENVIRONMENT } from '../contract/function-env.ts';
import { originsOf, resolveManagementEndpoint, webSocketUrlFor } from './wiring.ts';

const from = (host: string | undefined) => ({ headers: { host } }) as IncomingMessage;

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

test('the socket is on the origin that opened the page', () => {
  const urlFor = webSocketUrlFor(originsOf('127.0.0.1', 4000), 'live');
  assert.equal(urlFor(from('127.0.0.1:4000')), 'ws://127.0.0.1:4000/live');
  assert.equal(urlFor(from('localhost:4000')), 'ws://localhost:4000/live');
});

test('behind a proxy the socket is on the published origin, unless the page was opened locally', () => {
  const urlFor = webSocketUrlFor(['https://resume.example.com', ...originsOf('127.0.0.1', 4000)], 'live');
  assert.equal(urlFor(from('resume.example.com')), 'wss://resume.example.com/live');
  assert.equal(urlFor(from(undefined)), 'wss://resume.example.com/live');
  assert.equal(urlFor(from('localhost:4000')), 'ws://localhost:4000/live');
});

test('an unknown Host header is never echoed', () => {
  const urlFor = webSocketUrlFor(originsOf('127.0.0.1', 4000), 'live');
  for (const host of ['evil.example', 'localhost:4001', '"><script>', '', undefined]) {
    assert.equal(urlFor(from(host)), 'ws://localhost:4000/live');
  }
});

test("only the API's address on AWS is replaced by the local one", () => {
  const topology = localTopology({ functionsDirectory: '/dist', allowedOrigins: ['http://localhost:4000'] });
  const resolved = resolveManagementEndpoint(topology, 'http://127.0.0.1:5000/live');
  const changed = resolved.flatMap((fn, i) =>
    Object.entries(fn.environment).filter(
      ([name, value]) => topology.functions[i]!.environment[name] !== value,
    ),
  );
  assert.deepEqual(changed, [[ENVIRONMENT.managementEndpoint, 'http://127.0.0.1:5000/live']]);
});
