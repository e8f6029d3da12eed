/** `npm run bench`: measures the whole system on this machine and writes bench/results/. */
import { measureBasics } from './basics.ts';
import { buildAll } from './build.ts';
import { createProgress } from './clock.ts';
import { measureColdStart } from './cold-start.ts';
import { measureColdVisit } from './cold-visit/index.ts';
import { goalsOf } from './goals.ts';
import { measurePaint } from './paint.ts';
import { describeMachine, writeResults, type Measured } from './results.ts';
import { measureStorms } from './storms/index.ts';

export const PARTS = ['basics', 'storms', 'cold-start', 'cold-visit', 'paint'] as const;
type Part = (typeof PARTS)[number];

export interface BenchOptions {
  /** Parts to measure; all of them by default. */
  only?: readonly Part[] | undefined;
  /** Sizes of the audiences for storms. */
  viewers?: number[] | undefined;
  quick: boolean;
}

export async function bench({ only, viewers, quick }: BenchOptions): Promise<void> {
  const parts = only ?? PARTS;
  const say = createProgress(console.log);
  const machine = describeMachine(new Date());
  say(`${machine.cores} × ${machine.cpu}, Node.js ${machine.node}, load ${machine.loadBefore}`);
  await buildAll();
  const measured: Measured = {};
  for (const part of parts) {
    say(`— ${part} —`);
    if (part === 'basics') measured.basics = await measureBasics(say, quick);
    if (part === 'cold-start') measured.coldStart = await measureColdStart(say, quick);
    if (part === 'cold-visit') measured.coldVisit = await measureColdVisit(say, quick);
    if (part === 'paint') measured.paint = await measurePaint(say, quick);
    if (part === 'storms') measured.storms = await measureStorms(say, quick, viewers);
  }
  const { results, files } = await writeResults(machine, measured, { quick });
  for (const { goal, measured: figure, met } of goalsOf(results))
    console.log(`${met ? 'met   ' : 'MISSED'}  ${goal}: ${figure}`);
  say(`written: ${files.join(', ')}`);
}
