import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localTopology } from '../cli/local/topology.ts';
import { ENVIRONMENT } from '../contract/function-env.ts';
import { originsOf, resolveManagementEndpoint } from './wiring.ts';

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

test("only the API's address on AWS is replaced by the local one", () => {
  const topology = localTopology({ functionsDirectory: '/dist', allowedOrigins: ['http://localhost:4000'] });
  const resolved = resolveManagementEndpoint(topology, 'http://127.0.0.1:5000/live');
  const changed = resolved.flatMap((fn, i) =>
    Object.entries(fn.environment).filter(
      ([name, value]) => topology.functions[i]!.environment[name] !== value,
    ),
  );
  const replaced = [ENVIRONMENT.managementEndpoint, 'http://127.0.0.1:5000/live'];
  assert.deepEqual(changed, [replaced, replaced]);
});
