import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { Client, connect } from '../client.ts';
import { call } from '../management-client.ts';
import type { ExternalTarget } from './external.ts';

export interface Figures {
  startMs: number;
  /** Refused handshakes do not count. */
  connectsPerSecond: number;
  /** Delivered ones, signed. */
  postsPerSecond: number;
  /** Resident memory of the program and its child processes after the load. */
  megabytes: number;
  /** Of the machine, while this was measured. */
  loadAverage: number;
}

const CONNECTIONS = 50;
const POSTS = 500;
const CONCURRENCY = 10;

export async function measure(target: ExternalTarget): Promise<Figures> {
  // The events of the connection that showed that it has started.
  await target.reset();
  const stage = await target.deploy();
  // First, because a program may refuse calls while it works through the load's `$disconnect`s.
  const { connectionId } = await connect(stage);
  const postsPerSecond = await rate(POSTS, async () => {
    const { statusCode = 500 } = await call(stage, { connectionId, body: '{"count":1}' });
    // serverless-offline answers 204 instead of 200.
    return statusCode < 300;
  });
  const connectsPerSecond = await rate(CONNECTIONS, () =>
    Client.open(stage.webSocketUrl).then(
      () => true,
      () => false,
    ),
  );
  const megabytes = Math.round(residentKB(target.process.pid) / 1024);
  await target.reset();
  const loadAverage = loadavg()[0]!;
  return { startMs: target.startMs, connectsPerSecond, postsPerSecond, megabytes, loadAverage };
}

/** @returns how often a second `work` succeeded, of `count` calls, ten at a time */
async function rate(count: number, work: () => Promise<boolean>): Promise<number> {
  let next = 0;
  let succeeded = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (next++ < count) if (await work()) succeeded++;
    }),
  );
  return Math.round((1000 * succeeded) / (performance.now() - started));
}

function residentKB(root: number): number {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,rss='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number, number]);
  const sum = (pid: number): number =>
    rows.reduce((total, [child, parent, rss]) => {
      if (child === pid) return total + rss;
      return parent === pid ? total + sum(child) : total;
    }, 0);
  return sum(root);
}
