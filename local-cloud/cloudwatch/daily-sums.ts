/** What every count came to, day by day (UTC): CloudWatch's statistic `Sum` over a period of a day, kept in the data folder. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Timer } from '../clock.ts';
import type { Sample } from './embedded.ts';

/** By day, `2026-11-24`, and then by the metric's name. */
export type SumsByDay = Record<string, Record<string, number>>;

const FILE = 'metrics.json';
/** Written at most this often: a killed process loses as much of the statistics, and nothing of the count. */
const WRITE_AFTER_MS = 1_000;

/** @returns nothing where nothing has been kept, or the file is damaged: these are statistics */
export function readSumsByDay(dataDirectory: string): SumsByDay {
  try {
    const value = JSON.parse(readFileSync(join(dataDirectory, FILE), 'utf8')) as unknown;
    return typeof value === 'object' && value !== null ? (value as SumsByDay) : {};
  } catch {
    return {};
  }
}

export class DailySums {
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #sums: SumsByDay;
  #pending: Timer | undefined;

  constructor(dataDirectory: string, clock: Clock) {
    this.#directory = dataDirectory;
    this.#clock = clock;
    this.#sums = readSumsByDay(dataDirectory);
  }

  add({ name, unit, value, timestamp }: Sample): void {
    if (unit !== 'Count' || value === 0) return;
    const day = (this.#sums[new Date(timestamp).toISOString().slice(0, 10)] ??= {});
    day[name] = (day[name] ?? 0) + value;
    this.#pending ??= this.#clock.setTimer(() => this.#write(), WRITE_AFTER_MS);
  }

  close(): void {
    if (this.#pending) this.#write();
  }

  #write(): void {
    this.#pending?.cancel();
    this.#pending = undefined;
    const path = join(this.#directory, FILE);
    writeFileSync(`${path}.new`, `${JSON.stringify(this.#sums)}\n`);
    renameSync(`${path}.new`, path);
  }
}
