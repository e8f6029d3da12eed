/** Facts without which a figure means nothing. */
import { cpus, loadavg, release, totalmem } from 'node:os';
import { round } from './percentiles.ts';

export interface Machine {
  date: string;
  cpu: string;
  cores: number;
  memoryGB: number;
  system: string;
  node: string;
  /** Load average of the minute before the run: other work on the same cores makes every figure worse. */
  loadBefore: number;
}

export function describeMachine(now: Date): Machine {
  const processors = cpus();
  return {
    date: now.toISOString().slice(0, 10),
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryGB: round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()} ${process.arch}`,
    node: process.version,
    loadBefore: round(loadavg()[0] ?? 0, 2),
  };
}
