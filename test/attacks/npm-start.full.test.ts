/** `npm start` as a process: it always stops, and says who holds its port. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { identify } from '../../shared/process-identity.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { reportAttack } from './support/report.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const RESUME = 'test/fixtures/resumes/engineer.json';
const PATIENCE_MS = 30_000;

const data = temporaryFolder('cloud-resume-data-');
let server: RunningServer;
before(async () => {
  server = await startServer(data);
});
after(async () => {
  if (server.process.exitCode === null) await server.kill();
});

async function startAgain(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, ['cli/main.mjs', 'start', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  assert.equal(child.exitCode, 1, output);
  return output;
}

test('a second server on the same port names the process of the first', async (t) => {
  const other = temporaryFolder('cloud-resume-data-');
  const args = ['--port', String(server.port), '--resume', RESUME, '--data'];
  const named = new RegExp(`Port ${server.port} is taken.*\\(process ${server.process.pid}\\)`);
  assert.match(await startAgain(...args, other), named);
  server.process.kill('SIGSTOP');
  try {
    assert.match(await startAgain(...args, data), named);
  } finally {
    server.process.kill('SIGCONT');
  }
  await reportAttack(t, {
    attack: 'Start a second server on the port of a first, also of one that hangs',
    before: '"taken by another program"',
    result: 'names the process to stop',
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
  assert.ok(seconds * 1000 < PATIENCE_MS, `${seconds} s`);
  await reportAttack(t, {
    attack:
      'Hold connections open (silent, dripping, half a post, no close frame) while the server gets SIGTERM',
    before: 'still running after 60 s',
    result: `ended after ${seconds.toFixed(0)} s with code 0, port free`,
  });
});

test('SIGTERM to npm stops the server that npm started', async (t) => {
  const other = temporaryFolder('cloud-resume-data-');
  const npm = spawn('npm', ['start', '--', '--port', '0', '--resume', RESUME, '--data', other], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(npm, 'exit');
  const port = await new Promise<number>((resolve) => {
    createInterface({ input: npm.stdout }).on('line', (line) => {
      if (line.startsWith('http:')) resolve(Number(new URL(line).port));
    });
  });
  const { pid } = (await (await fetch(`http://127.0.0.1:${port}/healthz`)).json()) as { pid: number };
  npm.kill('SIGTERM');
  const startedAt = performance.now();
  await exited;
  while (identify(pid)) {
    assert.ok(performance.now() - startedAt < PATIENCE_MS, `process ${pid} has not ended`);
    await sleep(100);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  await reportAttack(t, {
    attack: 'Send SIGTERM to npm, which does not pass it on to the server',
    before: 'the server stayed and kept its port',
    result: `the server ended after ${seconds.toFixed(1)} s`,
  });
});
