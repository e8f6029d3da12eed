/** Where the figures are kept: one JSON file, in which a run of one part leaves the other parts as they were. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Basics } from './basics.ts';
import { PROJECT } from './build.ts';
import type { ColdStart } from './cold-start/index.ts';
import type { Machine } from './machine.ts';
import type { Storms } from './storms/index.ts';

export interface Measured {
  basics?: Basics;
  storms?: Storms;
  coldStart?: ColdStart;
}

export type Results = { [Part in keyof Measured]: Measured[Part] & { machine: Machine } };

const FOLDER = join(PROJECT, 'bench', 'results');

/** @returns the file's path, from the project's folder */
export async function writeResults(run: {
  machine: Machine;
  quick: boolean;
  measured: Measured;
}): Promise<string> {
  const file = join(FOLDER, run.quick ? 'quick.json' : 'latest.json');
  await mkdir(FOLDER, { recursive: true });
  const results = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as Record<string, unknown>,
    () => ({}) as Record<string, unknown>,
  );
  for (const [part, figures] of Object.entries(run.measured)) {
    results[part] = { machine: run.machine, ...figures };
  }
  await writeFile(file, `${JSON.stringify(results, replaceInfinity, 2)}\n`);
  return relative(PROJECT, file);
}

/** JSON knows no infinity: what had not happened when the run ended is null. */
const replaceInfinity = (_: string, value: unknown): unknown => (value === Infinity ? null : value);
