import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { localTopology } from '../cli/local/topology.ts';
import { ENVIRONMENT } from '../contract/function-env.ts';
import { originsOf, resolveManagementEndpoint, webSocketUrlFor } from './wiring.ts';

const from = (host: string | undefined) => ({ headers: { host } }) as IncomingMessage;

test('on loopback the page opens under each of its names; people are shown localhost', () => {
  for (const host of ['127.0.0.1', '::1', 'localhost', '0.0.0.0', '::']) {
    assert.deepEqual(originsOf(host, 4000), [
      'http://localhost:4000',
      'http://127.0.0.1:4000',
      'http://[::1]:4000',
    ]);
  }
});

test('an address of the network comes before loopback', () => {
  assert.equal(originsOf('192.168.1.7', 80)[0], 'http://192.168.1.7:80');
  assert.equal(originsOf('fd00::7', 80)[0], 'http://[fd00::7]:80');
});

test('the socket is on the origin under which the page was opened', () => {
  const urlFor = webSocketUrlFor(originsOf('127.0.0.1', 4000), 'live');
  assert.equal(urlFor(from('127.0.0.1:4000')), 'ws://127.0.0.1:4000/live');
  assert.equal(urlFor(from('localhost:4000')), 'ws://localhost:4000/live');
});

test('behind a proxy the socket is where the proxy publishes it, unless the page was opened here', () => {
  const urlFor = webSocketUrlFor(['https://resume.example.com', ...originsOf('127.0.0.1', 4000)], 'live');
  assert.equal(urlFor(from('resume.example.com')), 'wss://resume.example.com/live');
  assert.equal(urlFor(from(undefined)), 'wss://resume.example.com/live');
  assert.equal(urlFor(from('localhost:4000')), 'ws://localhost:4000/live');
});

test('a Host header that is none of ours is never repeated', () => {
  const urlFor = webSocketUrlFor(originsOf('127.0.0.1', 4000), 'live');
  for (const host of ['evil.example', 'localhost:4001', '"><script>', '', undefined]) {
    assert.equal(urlFor(from(host)), 'ws://localhost:4000/live');
  }
});

test("the API's address on AWS becomes the local one, and nothing else changes", () => {
  const topology = localTopology({ functionsDirectory: '/dist', allowedOrigins: ['http://localhost:4000'] });
  const resolved = resolveManagementEndpoint(topology, 'http://127.0.0.1:5000/live');
  const changed = resolved.flatMap((fn, i) =>
    Object.entries(fn.environment).filter(
      ([name, value]) => topology.functions[i]!.environment[name] !== value,
    ),
  );
  assert.deepEqual(changed, [[ENVIRONMENT.managementEndpoint, 'http://127.0.0.1:5000/live']]);
});
