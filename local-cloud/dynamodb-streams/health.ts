import type { Clock } from '../clock.ts';
import type { InvocationResult } from '../invocation.ts';
import type { Log } from '../observer.ts';
import type { GivenUpBatch } from './batch.ts';

export interface MappingStatus {
  /** Whether the stream can be read and checkpoints can be written. A failing function shows in `lastError` only. */
  healthy: boolean;
  state: 'starting' | 'running' | 'stopped';
  /** Age of the oldest record that is waiting or being delivered; 0 if there is none. */
  iteratorAgeMs: number;
  lastError?: string;
}

/** A mapping's state: logged when it changes, returned to the health check on request. */
export class MappingHealth {
  readonly #clock: Clock;
  readonly #log: Log;
  state: MappingStatus['state'] = 'starting';
  /** Failed database calls since the last successful one. */
  #databaseErrors = 0;
  #checkpointErrors = 0;
  #lastError: string | undefined;

  constructor(clock: Clock, log: Log) {
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
    const { errorType = 'batchItemFailures', errorMessage = '' } = result.functionError ?? {};
    this.#note('warn', `${functionName} failed (attempt ${attempts}): ${errorType} ${errorMessage}`);
  }

  givenUp(functionName: string, { records, condition, invocations }: GivenUpBatch): void {
    this.#note(
      'error',
      `Gave up ${records.length} records for ${functionName} after ${invocations} invocations: ${condition}`,
    );
  }

  status(oldestPending: number | undefined): MappingStatus {
    return {
      healthy: this.state === 'running' && this.#databaseErrors === 0 && this.#checkpointErrors === 0,
      state: this.state,
      iteratorAgeMs: oldestPending === undefined ? 0 : Math.max(0, this.#clock.now() - oldestPending),
      ...(this.#lastError && { lastError: this.#lastError }),
    };
  }

  #note(level: 'debug' | 'warn' | 'error', message: string): void {
    this.#lastError = message;
    this.#log(level, message);
  }
}

function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
