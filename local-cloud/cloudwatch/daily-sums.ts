/** CloudWatch's statistic `Sum` over a period of a day (UTC), kept in the data folder. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Timer } from '../clock.ts';
import type { Sample } from './embedded-metrics.ts';

/** By day, such as `2026-11-24`, then by the metric's name. */
export type SumsByDay = Record<string, Record<string, number>>;

const FILE = 'metrics.json';
/** The file is written at most this often. A crash loses up to a second of statistics, but no visits: those are in the database. */
const WRITE_AFTER_MS = 1_000;
const RETRY_AFTER_MS = 10_000;

/** @returns `{}` if the file is missing or damaged: statistics are not worth a failed start */
export function readSumsByDay(dataDirectory: string): SumsByDay {
  try {
    const value = JSON.parse(readFileSync(join(dataDirectory, FILE), 'utf8')) as unknown;
    return typeof value === 'object' && value !== null ? (value as SumsByDay) : {};
  } catch {
    return {};
  }
}

export class DailySums {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #log: (level: 'warn', message: string) => void;
  readonly #sums: SumsByDay;
  #pending: Timer | undefined;
  #hasFailed = false;

  constructor(dataDirectory: string, clock: Clock, log: (level: 'warn', message: string) => void) {
    this.#file = join(dataDirectory, FILE);
    this.#clock = clock;
    this.#log = log;
    this.#sums = readSumsByDay(dataDirectory);
  }

  add({ name, unit, value, timestamp }: Sample): void {
    if (unit !== 'Count' || value === 0) return;
    const day = (this.#sums[new Date(timestamp).toISOString().slice(0, 10)] ??= {});
    day[name] = (day[name] ?? 0) + value;
    this.#pending ??= this.#clock.setTimer(() => this.#write(), WRITE_AFTER_MS);
  }

  /** Writes what has not been written yet. */
  close(): void {
    if (!this.#pending) return;
    this.#write();
    this.#pending?.cancel();
  }

  /** A full disk must not stop the server: keeps the sums in memory and retries. */
  #write(): void {
    this.#pending?.cancel();
    this.#pending = undefined;
    try {
      writeFileSync(`${this.#file}.new`, `${JSON.stringify(this.#sums)}\n`);
      renameSync(`${this.#file}.new`, this.#file);
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) this.#log('warn', `Can't write the metrics: ${(error as Error).message}`);
      this.#hasFailed = true;
      this.#pending = this.#clock.setTimer(() => this.#write(), RETRY_AFTER_MS);
    }
  }
}
