import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { test } from 'node:test';
import { functionBundle } from './testing/function-bundle.ts';

test('killing the local cloud leaves no function process behind', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const code = `import { connect } from 'node:net';
    export const handler = async () => { connect(${port}, '127.0.0.1'); await new Promise(() => {}) }`;
  const fn = functionBundle(code, { timeout: 900 });
  const parent = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      '--input-type=module',
      '--eval',
      `import { createLambda } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
       import { runtimeSource } from ${JSON.stringify(new URL('./runtime-source.ts', import.meta.url).href)};
       createLambda({ source: await runtimeSource(), functions: [${JSON.stringify(fn)}], region: 'eu-central-1', environment: {} }).invoke('greeter', {});`,
    ],
    { stdio: 'inherit' },
  );
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.on('error', () => {}).resume();

  parent.kill('SIGKILL');
  await once(socket, 'close');

  assert.equal(socket.destroyed, true, 'the function process has ended');
});
