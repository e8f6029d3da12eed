import type { Clock } from '../clock.ts';
import type { InvocationResult } from '../lambda/invocation.ts';
import type { EventSourceMapping } from '../topology.ts';
import type { GivenUpBatch } from './failure-record.ts';

export interface MappingStatus {
  /** Whether the stream can be read and the checkpoints be kept. A function that fails does not make the mapping unhealthy: see `functionErrors`. */
  healthy: boolean;
  state: 'starting' | 'running' | 'stopped';
  /** Shards being read. */
  shards: number;
  /** Age of the oldest record that is waiting or being delivered; 0 when all is delivered. */
  iteratorAgeMs: number;
  /** Records done with since the start, those given up included. */
  recordsDone: number;
  recordsGivenUp: number;
  /** Failed attempts at the batch in flight; 0 when the last one succeeded. */
  functionErrors: number;
  lastError?: string;
  /** Milliseconds since 1970. */
  lastErrorAt?: number;
}

export type MappingLog = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;

/** What the mapping has to say about itself: to the log when something changes, to the health check when asked. */
export class MappingHealth {
  readonly #clock: Clock;
  readonly #log: MappingLog;
  state: MappingStatus['state'] = 'starting';
  #recordsDone = 0;
  #recordsGivenUp = 0;
  #functionErrors = 0;
  /** Calls of the engine that failed since the last that succeeded. */
  #engineErrors = 0;
  #checkpointErrors = 0;
  #lastError: { message: string; at: number } | undefined;

  constructor(clock: Clock, log: MappingLog) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Something that only a person can repair. */
  broken(message: string): void {
    this.#engineErrors += 1;
    this.#note('error', message);
  }

  engineFailed(what: string, error: unknown): void {
    this.#engineErrors += 1;
    const message = `${what}: ${describeError(error)}`;
    // One line for an outage, not one for each attempt.
    this.#note(this.#engineErrors === 1 ? 'warn' : 'debug', message);
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

  engineAnswered(): void {
    if (this.#engineErrors > 0) this.#log('info', 'The stream can be read again.');
    this.#engineErrors = 0;
  }

  functionFailed(mapping: EventSourceMapping, result: InvocationResult, attempts: number): void {
    this.#functionErrors = attempts;
    const { errorType = 'batchItemFailures', errorMessage = '' } = result.functionError ?? {};
    this.#note(
      'warn',
      `${mapping.functionName} failed for a batch (attempt ${attempts}): ${errorType} ${errorMessage}`,
    );
  }

  delivered(records: number): void {
    this.#recordsDone += records;
    this.#functionErrors = 0;
  }

  givenUp(mapping: EventSourceMapping, { records, condition }: GivenUpBatch): void {
    this.#recordsGivenUp += records.length;
    this.#note('error', `Gave up ${records.length} records for ${mapping.functionName}: ${condition}`);
  }

  status(shards: number, oldestPending: number | undefined): MappingStatus {
    return {
      healthy: this.state === 'running' && this.#engineErrors === 0 && this.#checkpointErrors === 0,
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

export function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
