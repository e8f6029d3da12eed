/** An observer sees what happens and cannot disturb it; events can be lost on purpose. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildFunctions } from '../functions/build.ts';
import { localTopology } from './counter-topology.ts';
import { connectClient } from '../test/support/client.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { startLocalCloud } from './index.ts';

test('an observer that throws changes nothing, and a lost $disconnect never reaches the function', async (t) => {
  const folder = temporaryFolder();
  const functionsDirectory = join(folder, 'functions');
  await buildFunctions({ outDirectory: functionsDirectory });
  const seen = new Set<string>();
  const routes: string[] = [];
  let lost = () => {};
  let posted = () => {};
  const isLost = new Promise<void>((resolve) => (lost = resolve));
  const isPosted = new Promise<void>((resolve) => (posted = resolve));
  const cloud = await startLocalCloud({
    dataDirectory: join(folder, 'data'),
    host: '127.0.0.1',
    port: 0,
    topology: (allowedOrigins) => localTopology({ functionsDirectory, allowedOrigins }),
    log: () => {},
    observe(event) {
      seen.add(event.type);
      if (event.type === 'invoke') routes.push(event.payload);
      if (event.type === 'post') posted();
      throw new Error('a broken observer');
    },
    loses(event) {
      const isDisconnect = JSON.stringify(event).includes('"routeKey":"$disconnect"');
      if (isDisconnect) lost();
      return isDisconnect;
    },
  });
  t.after(() => cloud.close());

  await (await fetch(cloud.url)).text();
  const client = await connectClient(cloud.url, { visit: 'visit-one-1' });
  client.send({ action: 'hello' });
  await client.until(({ count, viewers }) => count === 1 && viewers === 1);
  await isPosted;
  await client.close();
  await isLost;

  for (const type of [
    'request',
    'handshake',
    'connect',
    'invoke',
    'invocation',
    'log',
    'message',
    'disconnect',
  ])
    assert.ok(seen.has(type), type);
  assert.ok(routes.some((payload) => payload.includes('"routeKey":"$connect"')));
  assert.ok(!routes.some((payload) => payload.includes('"routeKey":"$disconnect"')));
});
