import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
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
const QUIET_MS = 8_000;

export async function measure(target: ExternalTarget): Promise<Figures> {
  const stage = await target.deploy();
  let accepted = 0;
  const connectMs = await timed(CONNECTIONS, async () => {
    const isOpen = await Client.open(stage.webSocketUrl).then(
      () => true,
      () => false,
    );
    if (isOpen) accepted++;
  });
  await target.reset();
  // The `$disconnect`s of the load must not compete with the posts.
  await sleep(QUIET_MS);
  const connectionId = await connectAfterLoad(target);
  let delivered = 0;
  const postMs = await timed(POSTS, async () => {
    const { statusCode = 500 } = await call(stage, { connectionId, body: '{"count":1}' });
    // serverless-offline answers 204 instead of 200.
    if (statusCode < 300) delivered++;
  });
  const megabytes = Math.round(residentKB(target.process.pid) / 1024);
  await target.reset();
  return {
    startMs: Math.round(target.startMs),
    connectsPerSecond: Math.round((1000 * accepted) / connectMs),
    postsPerSecond: Math.round((1000 * delivered) / postMs),
    megabytes,
    loadAverage: loadavg()[0]!,
  };
}

/** A program may refuse connections while it works through the `$disconnect`s of the load. */
async function connectAfterLoad(target: ExternalTarget): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await connect(await target.deploy())).connectionId;
    } catch (error) {
      if (attempt === 20) throw error;
      await target.reset();
    }
  }
}

/** @returns milliseconds for `count` calls of `work`, ten at a time */
async function timed(count: number, work: () => Promise<unknown>): Promise<number> {
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (next++ < count) await work();
    }),
  );
  return performance.now() - started;
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
