/** Where the figures are kept: one JSON file, in which a run of one part leaves the other parts as they were. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Basics } from './basics.ts';
import { PROJECT } from './build.ts';
import type { ColdStart } from './cold-start/index.ts';
import { goalsOf, type Goal } from './goals.ts';
import type { Machine } from './machine.ts';
import { plotOf } from './plot.ts';
import { steadyState, type StormRow } from './storms/index.ts';
import type { ModelRow } from './storms/model.ts';

export interface Measured {
  basics?: Basics;
  storms?: StormRow[];
  coldStart?: ColdStart;
}

type OnMachine<T> = { machine: Machine } & T;

export interface Results {
  basics?: OnMachine<Basics>;
  /** One for each size of the audience, the smallest first. */
  storms?: OnMachine<StormRow>[];
  /** Computed from the storms. */
  steadyState?: ModelRow[];
  coldStart?: OnMachine<ColdStart>;
  goals?: Goal[];
}

export interface Run {
  machine: Machine;
  measured: Measured;
}

const FOLDER = join(PROJECT, 'bench', 'results');

/** Puts a run's figures in the place of earlier ones of the same part, or the same audience, and computes what follows from all. */
export function merge(earlier: Results, { machine, measured }: Run): Results {
  const { basics, coldStart, storms = [] } = measured;
  const rows = new Map(earlier.storms?.map((row) => [row.plan.viewers, row]));
  for (const row of storms) rows.set(row.plan.viewers, { machine, ...row });
  const sorted = [...rows.values()].sort((a, b) => a.plan.viewers - b.plan.viewers);
  const results: Results = {
    ...earlier,
    ...(basics && { basics: { machine, ...basics } }),
    storms: sorted,
    steadyState: steadyState(sorted),
    ...(coldStart && { coldStart: { machine, ...coldStart } }),
  };
  return { ...results, goals: goalsOf(results) };
}

/** Writes the figures and the plot. @returns the results as they are now, and the files' paths from the project's folder */
export async function writeResults(
  run: Run,
  { quick }: { quick: boolean },
): Promise<{ results: Results; files: string[] }> {
  const name = quick ? 'quick' : 'latest';
  const [figures, plot] = [join(FOLDER, `${name}.json`), join(FOLDER, `${name}.svg`)];
  await mkdir(FOLDER, { recursive: true });
  const earlier = await readFile(figures, 'utf8').then(
    (text) => JSON.parse(text) as Results,
    () => ({}),
  );
  const results = merge(earlier, run);
  await writeFile(figures, `${JSON.stringify(results, replaceInfinity, 2)}\n`);
  await writeFile(plot, plotOf(results.storms ?? []));
  return { results, files: [figures, plot].map((file) => relative(PROJECT, file)) };
}

/** JSON knows no infinity: what had not happened when the run ended is null. */
const replaceInfinity = (_: string, value: unknown): unknown => (value === Infinity ? null : value);
