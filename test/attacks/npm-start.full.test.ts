/** `npm start` as a process: it always stops, and says who holds its port. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { dataFolder, startServer, type RunningServer } from '../support/server.ts';
import { reportAttack } from './support/report.ts';

let data: Awaited<ReturnType<typeof dataFolder>>;
let server: RunningServer;
before(async () => {
  data = await dataFolder();
  server = await startServer(data.path, ['--resume', 'test/fixtures/resumes/sample.json']);
});
after(async () => {
  if (server.process.exitCode === null) await server.kill();
  await data.remove();
});

async function startAgain(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/commands/start.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  assert.equal(child.exitCode, 1, output);
  return output;
}

test('a second server on the same port names the process of the first', async (t) => {
  const other = await dataFolder();
  t.after(other.remove);
  const args = ['--port', String(server.port), '--resume', 'test/fixtures/resumes/sample.json', '--data'];
  const named = new RegExp(`Port ${server.port} is taken.*\\(process ${server.process.pid}\\)`);
  assert.match(await startAgain(...args, other.path), named);
  server.process.kill('SIGSTOP');
  try {
    assert.match(await startAgain(...args, data.path), named);
  } finally {
    server.process.kill('SIGCONT');
  }
  await reportAttack(t, {
    attack: 'Start a second server on the port of a first, also of one that hangs',
    before: '"taken by another program"',
    result: 'names the process to stop',
    test: import.meta.url,
  });
});

test('SIGTERM stops it while clients hold their connections', async (t) => {
  const { port, url } = server;
  const silent = connect(port, '127.0.0.1');
  const dripping = connect(port, '127.0.0.1', () => dripping.write('GET / HTTP/1.1\r\nHost: localhost\r\n'));
  const uploading = request({ port, method: 'POST', headers: { 'content-length': 1_000_000 } });
  uploading.write('half');
  const page = new WebSocket(new URL('live', url.replace('http', 'ws')));
  for (const client of [silent, dripping, uploading, page]) client.on('error', () => {});
  await once(page, 'open');
  // Never answers the close frame.
  page.pause();

  const startedAt = performance.now();
  assert.equal(await server.stop(), 0);
  const seconds = (performance.now() - startedAt) / 1000;
  for (const socket of [silent, dripping]) socket.destroy();
  uploading.destroy();
  page.terminate();
  const free = createServer().listen(port, '127.0.0.1');
  await once(free, 'listening');
  free.close();
  assert.ok(seconds < 30, `${seconds} s`);
  await reportAttack(t, {
    attack:
      'Hold connections open (silent, dripping, half a post, no close frame) while the server gets SIGTERM',
    before: 'still running after 60 s',
    result: `ended after ${seconds.toFixed(0)} s with code 0, port free`,
    test: import.meta.url,
  });
});
