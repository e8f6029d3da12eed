/** Keeps the figures in one JSON file. A run of one part leaves the figures of the other parts unchanged. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join, relative } from 'node:path';
import type { Basics } from './basics.ts';
import { PROJECT } from './build.ts';
import type { ColdStart } from './cold-start.ts';
import type { ColdVisit } from './cold-visit/index.ts';
import { coldVisitPicture } from './cold-visit/picture.ts';
import { publish } from './publish.ts';
import type { Paint } from './paint.ts';
import { round } from './percentiles.ts';
import { plotOf } from './plot.ts';
import { steadyState, type StormRow } from './storms/index.ts';
import type { ModelRow } from './storms/model.ts';

/** What you need to know to interpret a figure. */
export interface Machine {
  date: string;
  cpu: string;
  cores: number;
  memoryGB: number;
  system: string;
  node: string;
  /** Load average of the minute before the run. Other work on the same cores makes every figure worse. */
  loadBefore: number;
}

/** Parts whose figures a new run replaces as a whole. */
interface Parts {
  basics: Basics;
  coldStart: ColdStart;
  coldVisit: ColdVisit;
  paint: Paint;
}

/** What one step has measured; `undefined` where it was skipped. */
export type Measured = { [Part in keyof Parts]?: Parts[Part] | undefined } & { storms?: StormRow[] };

type OnMachine<T> = { machine: Machine } & T;

export type Results = { [Part in keyof Parts]?: OnMachine<Parts[Part]> } & {
  /** One per size of the audience, the smallest first. */
  storms?: OnMachine<StormRow>[];
  /** Computed from the storms. */
  steadyState?: ModelRow[];
};

const FOLDER = join(PROJECT, 'bench', 'results');

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

/** Replaces the figures of the same part, or of the same audience, and recomputes the steady state. */
export function merge(earlier: Results, machine: Machine, { storms = [], ...parts }: Measured): Results {
  const measured = Object.entries(parts).filter(([, figures]) => figures !== undefined);
  const rows = new Map(earlier.storms?.map((row) => [row.plan.viewers, row]));
  for (const row of storms) rows.set(row.plan.viewers, { ...row, machine });
  const sorted = [...rows.values()].sort((a, b) => a.plan.viewers - b.plan.viewers);
  return {
    ...earlier,
    ...Object.fromEntries(measured.map(([part, figures]) => [part, { machine, ...figures }])),
    storms: sorted,
    steadyState: steadyState(sorted),
  };
}

/** @returns the figures of all runs so far */
export async function readResults(name: 'latest' | 'quick'): Promise<Results> {
  const text = await readFile(join(FOLDER, `${name}.json`), 'utf8').catch(() => '{}');
  return JSON.parse(text) as Results;
}

/** Writes the merged figures and the plot. @returns the results and the files, relative to the project */
export async function writeResults(
  machine: Machine,
  measured: Measured,
  { quick }: { quick: boolean },
): Promise<{ results: Results; files: string[] }> {
  const name = quick ? 'quick' : 'latest';
  const [figures, plot] = [join(FOLDER, `${name}.json`), join(FOLDER, `${name}.svg`)];
  await mkdir(FOLDER, { recursive: true });
  const results = merge(await readResults(name), machine, measured);
  // JSON has no infinity: what had not happened when the run ended becomes null.
  const text = JSON.stringify(results, (_, value: unknown) => (value === Infinity ? null : value), 2);
  await writeFile(figures, `${text}\n`);
  const files = [figures];
  if (results.storms?.length) {
    await writeFile(plot, plotOf(results.storms));
    files.push(plot);
  }
  if (results.coldVisit) {
    const picture = join(FOLDER, `${quick ? 'quick-' : ''}cold-visit.svg`);
    await writeFile(picture, coldVisitPicture(results.coldVisit.conditions));
    files.push(picture);
  }
  if (!quick) files.push(...(await publish(results)));
  return { results, files: files.map((file) => relative(PROJECT, file)) };
}
