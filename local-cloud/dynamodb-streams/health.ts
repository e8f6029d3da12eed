import type { Clock } from '../clock.ts';
import type { InvocationResult } from '../invocation.ts';
import type { GivenUpBatch } from './batch.ts';

export interface MappingStatus {
  /** Whether the stream can be read and checkpoints can be written. A failing function shows in `functionErrors` instead. */
  healthy: boolean;
  state: 'starting' | 'running' | 'stopped';
  /** Shards being read. */
  shards: number;
  /** Age of the oldest record that is waiting or being delivered; 0 if there is none. */
  iteratorAgeMs: number;
  /** Records delivered or given up since the start. */
  recordsDone: number;
  recordsGivenUp: number;
  /** Failed attempts at the current batch; 0 once it succeeds. */
  functionErrors: number;
  lastError?: string;
  /** Milliseconds since 1970. */
  lastErrorAt?: number;
}

export type MappingLog = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;

/** A mapping's state: logged when it changes, returned to the health check on request. */
export class MappingHealth {
  readonly #clock: Clock;
  readonly #log: MappingLog;
  state: MappingStatus['state'] = 'starting';
  #recordsDone = 0;
  #recordsGivenUp = 0;
  #functionErrors = 0;
  /** Failed database calls since the last successful one. */
  #databaseErrors = 0;
  #checkpointErrors = 0;
  #lastError: { message: string; at: number } | undefined;

  constructor(clock: Clock, log: MappingLog) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Something that retrying cannot fix. */
  broken(error: unknown): void {
    this.#databaseErrors += 1;
    this.#note('error', describeError(error));
  }

  databaseFailed(what: string, error: unknown): void {
    this.#databaseErrors += 1;
    // One visible line for an outage, not one for each attempt.
    this.#note(this.#databaseErrors === 1 ? 'warn' : 'debug', `${what}: ${describeError(error)}`);
  }

  databaseAnswered(): void {
    if (this.#databaseErrors > 0) this.#log('info', 'The stream can be read again.');
    this.#databaseErrors = 0;
  }

  checkpointsFailed(error: unknown): void {
    this.#checkpointErrors += 1;
    const message = `Can't write the stream's checkpoints: ${describeError(error)}`;
    this.#note(this.#checkpointErrors === 1 ? 'error' : 'debug', message);
  }

  checkpointsSaved(): void {
    if (this.#checkpointErrors > 0) this.#log('info', "The stream's checkpoints can be written again.");
    this.#checkpointErrors = 0;
  }

  functionFailed(functionName: string, result: InvocationResult, attempts: number): void {
    this.#functionErrors = attempts;
    const { errorType = 'batchItemFailures', errorMessage = '' } = result.functionError ?? {};
    this.#note('warn', `${functionName} failed (attempt ${attempts}): ${errorType} ${errorMessage}`);
  }

  delivered(records: number): void {
    this.#recordsDone += records;
    this.#functionErrors = 0;
  }

  givenUp(functionName: string, { records, condition, invocations }: GivenUpBatch): void {
    this.#recordsGivenUp += records.length;
    this.#note(
      'error',
      `Gave up ${records.length} records for ${functionName} after ${invocations} invocations: ${condition}`,
    );
  }

  status(shards: number, oldestPending: number | undefined): MappingStatus {
    return {
      healthy: this.state === 'running' && this.#databaseErrors === 0 && this.#checkpointErrors === 0,
      state: this.state,
      shards,
      iteratorAgeMs: oldestPending === undefined ? 0 : Math.max(0, this.#clock.now() - oldestPending),
      recordsDone: this.#recordsDone,
      recordsGivenUp: this.#recordsGivenUp,
      functionErrors: this.#functionErrors,
      ...(this.#lastError && { lastError: this.#lastError.message, lastErrorAt: this.#lastError.at }),
    };
  }

  #note(level: 'debug' | 'warn' | 'error', message: string): void {
    this.#lastError = { message, at: this.#clock.now() };
    this.#log(level, message);
  }
}

function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
