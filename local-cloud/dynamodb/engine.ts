/** Keeps one dynoxide running on one database file and one port until it is stopped. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../shared/user-error.ts';
import type { Log } from '../observer.ts';
import { diskProblem, fileIdentity } from './data-directory.ts';
import { answersCall, spawnEngine, untilAnswers } from './engine-process.ts';
import { choosePrivateAddress } from './private-address.ts';
import { endLeftoverEngine, removeProcessFile, writeProcessFile } from './process-file.ts';
import type { ProcessEnd, TiedProcess } from './tied-process.ts';

export interface EngineOptions {
  binary: string;
  dataDirectory: string;
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

type Settings = EngineOptions & { limits: EngineLimits; databaseFile: string };

/**
 * Resolves when the engine answers. First ends an engine that a killed server left behind. The caller must hold the data folder's lock.
 * @throws {UserError} if the engine does not start
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { dataDirectory, log } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const databaseFile = join(dataDirectory, DATABASE_FILE);
  const settings: Settings = { ...options, limits, databaseFile };
  await endLeftoverEngine(dataDirectory, limits.stopMs, log);
  const first = await launchFirst(settings);
  const { endpoint } = first;
  const identity = fileIdentity(databaseFile);
  const isReplaced = () => fileIdentity(databaseFile) !== identity;
  const findProblem = () => (isReplaced() ? REPLACED : diskProblem(dataDirectory)?.message);

  let current: TiedProcess;
  /** Aborted when the current engine has ended, and at the stop. */
  let over: AbortSignal;
  let isRunning = true;
  let restarts = 0;
  let problem: string | undefined;
  const stopping = new AbortController();
  const stopped = stopping.signal;
  const pause = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => {});
  function adopt(engine: TiedProcess): void {
    const died = new AbortController();
    void engine.ended.then(() => died.abort());
    over = AbortSignal.any([stopped, died.signal]);
    current = engine;
  }

  /** Restarts an engine that has ended, kills one that hangs, and watches the data folder. */
  async function supervise(): Promise<void> {
    let [startedAt, answeredAt] = [performance.now(), performance.now()];
    let inRow = 0;
    for (;;) {
      await pause(limits.checkIntervalMs, over);
      if (stopped.aborted) return;
      if (over.aborted) {
        if (performance.now() - startedAt > limits.stableMs) inRow = 0;
        inRow = await restart(await current.ended, inRow);
        startedAt = answeredAt = performance.now();
        continue;
      }
      problem = findProblem();
      if (await answersCall(endpoint, limits.hungMs)) answeredAt = performance.now();
      const silentMs = Math.round(performance.now() - answeredAt);
      if (silentMs < limits.hungMs || stopped.aborted) continue;
      log('error', `The database engine has not answered for ${silentMs} ms. Killing it.`);
      await current.stop(0);
    }
  }

  /** @returns how many pauses before a restart there have been in a row */
  async function restart(end: ProcessEnd, inRow: number): Promise<number> {
    isRunning = false;
    log('warn', `The database engine ended (${describe(end)}). Restarting it.`);
    const endedAt = performance.now();
    for (;;) {
      await pause(limits.restartDelaysMs[inRow++] ?? limits.restartDelaysMs.at(-1)!, stopped);
      if (stopped.aborted) return inRow;
      try {
        // A new engine would start a new database in a folder that has replaced ours.
        if (isReplaced()) throw new Error(REPLACED);
        adopt(await launch(settings, endpoint));
        break;
      } catch (error) {
        if (!stopped.aborted) log('error', `${(error as Error).message} Trying again.`);
      }
    }
    isRunning = true;
    restarts++;
    log('warn', `The database engine answers again after ${Math.round(performance.now() - endedAt)} ms.`);
    return inRow;
  }

  adopt(first.engine);
  const supervision = supervise();
  return {
    endpoint,
    status() {
      if (stopped.aborted) return { state: 'stopped', restarts };
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
      // A restart may have been under way.
      await current.stop(limits.stopMs);
      removeProcessFile(dataDirectory);
    },
  };
}

/** Starts the engine on a private address. */
async function launchFirst(settings: Settings): Promise<{ endpoint: string; engine: TiedProcess }> {
  for (let attempt = 1; ; attempt++) {
    const { host, port, isUnguessable } = await choosePrivateAddress();
    const endpoint = `http://${host}:${port}`;
    try {
      const engine = await launch(settings, endpoint);
      if (!isUnguessable) settings.log('warn', GUESSABLE);
      return { endpoint, engine };
    } catch (error) {
      const isPortTaken = /already in use/.test((error as Error).message);
      if (!isPortTaken || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

/** Resolves when the engine answers. */
async function launch(settings: Settings, endpoint: string): Promise<TiedProcess> {
  const { binary, dataDirectory, databaseFile, limits } = settings;
  const engine = spawnEngine(binary, databaseFile, endpoint);
  writeProcessFile(dataDirectory, engine.pid, endpoint);
  const outcome = await untilAnswers(endpoint, engine, limits.readyMs);
  if (outcome === 'answers') return engine;
  await engine.stop(0);
  const how =
    outcome === 'ended'
      ? `ended (${describe(await engine.ended)})`
      : `did not answer within ${limits.readyMs} ms`;
  throw (
    diskProblem(dataDirectory) ??
    new UserError(
      `The database engine ${how}.`,
      `If that does not explain it, ${databaseFile} may be damaged or another program's: try another data folder (--data <folder>).`,
    )
  );
}

function describe({ signal, exitCode, message }: ProcessEnd): string {
  const how = signal ? `signal ${signal}` : `exit code ${exitCode}`;
  return message ? `${how}: ${message}` : how;
}
