/** Keeps one dynoxide running on one database file and one port until it is stopped. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../shared/user-error.ts';
import type { Log } from '../observer.ts';
import { diskProblem, fileIdentity } from './data-directory.ts';
import { checkDatabaseFile } from './database-file.ts';
import { answersCall, spawnEngine, untilAnswers } from './engine-process.ts';
import { choosePrivateAddress } from './private-address.ts';
import { endLeftoverEngine, removeProcessFile, writeProcessFile } from './process-file.ts';
import type { ProcessEnd, TiedProcess } from './tied-process.ts';

export interface EngineOptions {
  binary: string;
  dataDirectory: string;
  /** Default: a free port. */
  port?: number | undefined;
  log: Log;
  limits?: Partial<EngineLimits> | undefined;
}

/** All in milliseconds. */
export interface EngineLimits {
  /** How long a new engine may take to answer. */
  readyMs: number;
  /** How long an engine may take to end after SIGTERM before it is killed. */
  stopMs: number;
  /** Pauses before the first, second, … restart in a row. The last one is repeated. */
  restartDelaysMs: readonly number[];
  /** After running this long, an engine starts with the first pause again. */
  stableMs: number;
  /** How often the engine and the data folder are checked. */
  checkIntervalMs: number;
  /** An engine that answers no call for this long is killed and restarted. */
  hungMs: number;
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
  /** Why new writes would fail or be lost, such as a full disk. Reads may still work. */
  problem?: string;
}

const DEFAULT_LIMITS: EngineLimits = {
  readyMs: 15_000,
  stopMs: 5_000,
  restartDelaysMs: [0, 100, 500, 2_000, 5_000],
  stableMs: 10_000,
  checkIntervalMs: 1_000,
  hungMs: 10_000,
};
export const DATABASE_FILE = 'dynamodb.sqlite';
const GUESSABLE =
  'On this system the database can only listen on 127.0.0.1. While the server runs, a web page that you open could find its port and change the count. See docs/security.md.';
const REPLACED =
  'The data folder was deleted or replaced while the server was running. Put it back, or restart the server: what is counted now would be lost.';
/** Another process may take a free port before the engine does. */
const PORT_ATTEMPTS = 5;

/**
 * Resolves when the engine answers. First ends an engine that a killed server left behind. The caller must hold the data folder's lock.
 * @throws {UserError} if the database file is unusable or the engine does not start
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { dataDirectory, log } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const databaseFile = join(dataDirectory, DATABASE_FILE);
  await endLeftoverEngine(dataDirectory, limits.stopMs, log);
  checkDatabaseFile(databaseFile);

  let current: TiedProcess;
  let isRunning = true;
  let restarts = 0;
  let problem: string | undefined;
  const stopping = new AbortController();

  async function run(endpoint: string): Promise<void> {
    current = spawnEngine(options.binary, databaseFile, endpoint);
    writeProcessFile(dataDirectory, current.pid, endpoint);
    const outcome = await untilAnswers(endpoint, current, limits.readyMs);
    if (outcome === 'answers') return;
    await current.stop(0);
    const how =
      outcome === 'ended'
        ? `ended (${describe(await current.ended)})`
        : `did not answer within ${limits.readyMs} ms`;
    throw diskProblem(dataDirectory) ?? startFailed(how);
  }

  async function firstRun(): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const { host, port, isUnguessable } = await choosePrivateAddress(options.port);
      const endpoint = `http://${host}:${port}`;
      try {
        await run(endpoint);
        if (!isUnguessable) log('warn', GUESSABLE);
        return endpoint;
      } catch (error) {
        const portTaken = /already in use/.test((error as Error).message);
        if (options.port !== undefined || !portTaken || attempt === PORT_ATTEMPTS) throw error;
      }
    }
  }

  async function supervise(): Promise<void> {
    for (let inRow = 0; ;) {
      const since = performance.now();
      const end = await current.ended;
      if (stopping.signal.aborted) return;
      isRunning = false;
      log('warn', `The database engine ended (${describe(end)}). Restarting it.`);
      const endedAt = performance.now();
      if (endedAt - since > limits.stableMs) inRow = 0;
      while (!isRunning) {
        const pause = limits.restartDelaysMs[Math.min(inRow++, limits.restartDelaysMs.length - 1)] ?? 0;
        await sleep(pause, undefined, { signal: stopping.signal }).catch(() => {});
        if (stopping.signal.aborted) return;
        try {
          // A new engine would start a new database in a folder that has replaced ours.
          if (isReplaced()) throw new Error(REPLACED);
          await run(endpoint);
          isRunning = true;
        } catch (error) {
          if (!stopping.signal.aborted) log('error', `${(error as Error).message} Trying again.`);
        }
      }
      restarts++;
      log('warn', `The database engine answers again after ${Math.round(performance.now() - endedAt)} ms.`);
    }
  }

  const isReplaced = () => fileIdentity(databaseFile) !== identity;

  const findProblem = () => (isReplaced() ? REPLACED : diskProblem(dataDirectory)?.message);

  /** Kills an engine that hangs, which `supervise` then restarts, and watches the data folder. */
  async function watch(): Promise<void> {
    let answeredAt = performance.now();
    for (;;) {
      await sleep(limits.checkIntervalMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      problem = findProblem();
      const checked = current;
      const isFine = !isRunning || (await answersCall(endpoint, limits.hungMs)) || checked !== current;
      const now = performance.now();
      if (isFine) answeredAt = now;
      else if (now - answeredAt >= limits.hungMs && !stopping.signal.aborted) {
        log(
          'error',
          `The database engine has not answered for ${Math.round(now - answeredAt)} ms. Killing it.`,
        );
        await checked.stop(0);
        answeredAt = performance.now();
      }
    }
  }

  const endpoint = await firstRun();
  const identity = fileIdentity(databaseFile);
  const supervision = Promise.all([supervise(), watch()]);
  return {
    endpoint,
    status() {
      if (stopping.signal.aborted) return { state: 'stopped', restarts };
      // Counting resumes as soon as the problem is gone.
      if (problem) problem = findProblem();
      return {
        state: isRunning ? 'running' : 'restarting',
        restarts,
        ...(isRunning && { pid: current.pid }),
        ...(problem && { problem }),
      };
    },
    async stop() {
      stopping.abort();
      await current.stop(limits.stopMs);
      await supervision;
      removeProcessFile(dataDirectory);
    },
  };
}

function startFailed(how: string): UserError {
  return new UserError(
    `The database engine ${how}.`,
    'If that does not explain it, try another data folder (--data <folder>): the database file may be damaged.',
  );
}

function describe({ signal, exitCode, message }: ProcessEnd): string {
  const how = signal ? `signal ${signal}` : `exit code ${exitCode}`;
  return message ? `${how}: ${message}` : how;
}
