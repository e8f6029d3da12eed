/** Keeps one dynoxide running over one database file, on one port, until it is told to stop. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkDatabaseFile } from './database-file.ts';
import { spawnEngine, untilAnswers } from './engine-process.ts';
import { DynamoDBError } from './errors.ts';
import { findFreePort } from './free-port.ts';
import { endLeftover } from './leftover.ts';
import { identify } from './process-identity.ts';
import { PROCESS_FILE } from './running-engine.ts';
import type { ProcessEnd, TiedProcess } from './tied-process.ts';

export interface EngineOptions {
  binary: string;
  dataDirectory: string;
  /** A free one is taken when it is missing. */
  port?: number | undefined;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
  onRestart?: ((restart: Restart) => void) | undefined;
  limits?: Partial<EngineLimits> | undefined;
}

export interface Restart {
  /** How many restarts there have been, this one included. */
  restarts: number;
  /** Milliseconds from the end of the old engine until the new one answered. */
  downMs: number;
}

/** All in milliseconds. */
export interface EngineLimits {
  /** How long a started engine may take to answer. */
  readyMs: number;
  /** How long an engine may take to end after SIGTERM before it is killed. */
  stopMs: number;
  /** Pauses before the first restart, the second in a row, …; the last one is kept. */
  restartDelaysMs: readonly number[];
  /** An engine that ran this long begins a new row. */
  stableMs: number;
}

export interface Engine {
  endpoint: string;
  status(): EngineStatus;
  stop(): Promise<void>;
}

export interface EngineStatus {
  state: 'running' | 'restarting' | 'stopped';
  restarts: number;
  /** The running engine's process number. */
  pid?: number;
}

const DEFAULT_LIMITS: EngineLimits = {
  readyMs: 15_000,
  stopMs: 5_000,
  restartDelaysMs: [0, 100, 500, 2_000, 5_000],
  stableMs: 10_000,
};
export const DATABASE_FILE = 'dynamodb.sqlite';
/** A free port may be taken by somebody else between our look and the engine's start. */
const PORT_ATTEMPTS = 5;

/**
 * Resolves when the engine answers. Before that it ends an engine that a killed server left on the same file. The caller holds the
 * data folder, so nobody else does the same.
 * @throws {DynamoDBError} DatabaseFileForeign, DataDirectoryUnusable, EngineFailed
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const databaseFile = join(options.dataDirectory, DATABASE_FILE);
  const processFile = join(options.dataDirectory, PROCESS_FILE);
  await endLeftover(processFile, limits.stopMs, options.log);
  checkDatabaseFile(databaseFile);

  let current: TiedProcess;
  let running = true;
  let restarts = 0;
  const stopping = new AbortController();

  async function run(port: number): Promise<void> {
    current = spawnEngine(options.binary, databaseFile, port);
    writeFileSync(processFile, JSON.stringify({ ...identify(current.pid), endpoint: endpointAt(port) }));
    const outcome = await untilAnswers(endpointAt(port), current, limits.readyMs);
    if (outcome === 'answers') return;
    await current.stop(0);
    const how =
      outcome === 'ended'
        ? `ended (${wording(await current.ended)})`
        : `did not answer within ${limits.readyMs} ms`;
    throw failed(how);
  }

  async function firstRun(): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      const port = options.port ?? (await findFreePort());
      try {
        await run(port);
        return port;
      } catch (error) {
        const portTaken = /already in use/.test((error as Error).message);
        if (options.port !== undefined || !portTaken || attempt === PORT_ATTEMPTS) throw error;
      }
    }
  }

  async function supervise(port: number): Promise<void> {
    for (let inRow = 0; ;) {
      const since = performance.now();
      const end = await current.ended;
      if (stopping.signal.aborted) return;
      running = false;
      options.log('warn', `The database engine ended (${wording(end)}); starting it again.`);
      const endedAt = performance.now();
      if (endedAt - since > limits.stableMs) inRow = 0;
      while (!running) {
        const pause = limits.restartDelaysMs[Math.min(inRow++, limits.restartDelaysMs.length - 1)] ?? 0;
        await delay(pause, undefined, { signal: stopping.signal }).catch(() => {});
        if (stopping.signal.aborted) return;
        running = await run(port).then(
          () => true,
          (error: Error) => {
            if (!stopping.signal.aborted) options.log('error', `${error.message} Trying again.`);
            return false;
          },
        );
      }
      restarts++;
      const downMs = Math.round(performance.now() - endedAt);
      options.onRestart?.({ restarts, downMs });
      options.log('warn', `The database engine answers again after ${downMs} ms.`);
    }
  }

  const port = await firstRun();
  const supervision = supervise(port);

  return {
    endpoint: endpointAt(port),
    status() {
      if (stopping.signal.aborted) return { state: 'stopped', restarts };
      return running ? { state: 'running', restarts, pid: current.pid } : { state: 'restarting', restarts };
    },
    async stop() {
      stopping.abort();
      await current.stop(limits.stopMs);
      await supervision;
      rmSync(processFile, { force: true });
    },
  };
}

function endpointAt(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function failed(how: string): DynamoDBError {
  return new DynamoDBError(
    'EngineFailed',
    `The database engine was started but ${how}.`,
    'If it says no more than that, try another data folder (npm start -- --data <folder>) to see whether the database file is damaged.',
  );
}

function wording(end: ProcessEnd): string {
  const how = end.signal ? `signal ${end.signal}` : `exit code ${end.exitCode}`;
  return end.message ? `${how}: ${end.message}` : how;
}
