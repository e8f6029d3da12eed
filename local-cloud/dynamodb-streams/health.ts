import type { Log } from '../observer.ts';

export interface MappingStatus {
  /** Why the stream is not read, or its checkpoints are not written. A function that fails is logged and not named here. */
  problem: string | undefined;
  /** Milliseconds since the oldest undelivered record was written; 0 when all are delivered. */
  iteratorAgeMs: number;
}

const RECOVERED = {
  stream: 'The stream can be read again.',
  checkpoints: "The stream's checkpoints can be written again.",
};

/** What keeps a mapping from its work. One visible line for an outage, not one for each attempt. */
export class MappingHealth {
  readonly #log: Log;
  readonly #problems = new Map<keyof typeof RECOVERED, string>();

  constructor(log: Log) {
    this.#log = log;
  }

  failed(part: keyof typeof RECOVERED, what: string, error: unknown): void {
    const message = `${what}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
    this.#log(this.#problems.has(part) ? 'debug' : 'warn', message);
    this.#problems.set(part, message);
  }

  works(part: keyof typeof RECOVERED): void {
    if (this.#problems.delete(part)) this.#log('info', RECOVERED[part]);
  }

  get problem(): string | undefined {
    return [...this.#problems.values()][0];
  }
}
