/** `npm run bench`: measures the whole system on this machine and writes bench/results/. */
import { measureBasics } from './basics.ts';
import { buildAll } from './build.ts';
import { createProgress, type Say } from './clock.ts';
import { measureColdStart } from './cold-start.ts';
import { measureColdVisit } from './cold-visit/index.ts';
import { goalsOf } from './goals.ts';
import { measurePaint } from './paint.ts';
import { stopWorkers } from './processes/worker.ts';
import { describeMachine, writeResults, type Measured } from './results.ts';
import { audiencesOf, measureStorm } from './storms/index.ts';

export const PARTS = ['basics', 'storms', 'cold-start', 'cold-visit', 'paint'] as const;
type Part = (typeof PARTS)[number];

export interface BenchOptions {
  /** Parts to measure; all of them by default. */
  only?: readonly Part[] | undefined;
  /** Sizes of the audiences for storms. */
  viewers?: number[] | undefined;
  quick: boolean;
}

type Measure = (say: Say, quick: boolean) => Promise<Measured>;

const MEASURES: Record<Exclude<Part, 'storms'>, Measure> = {
  basics: async (say, quick) => ({ basics: await measureBasics(say, quick) }),
  'cold-start': async (say, quick) => ({ coldStart: await measureColdStart(say, quick) }),
  'cold-visit': async (say, quick) => ({ coldVisit: await measureColdVisit(say, quick) }),
  paint: async (say, quick) => ({ paint: await measurePaint(say, quick) }),
};

/** What can fail alone: each part, and each audience of the storms. */
function stepsOf(part: Part, { viewers, quick }: BenchOptions): { name: string; measure: Measure }[] {
  if (part !== 'storms') return [{ name: part, measure: MEASURES[part] }];
  return (viewers ?? audiencesOf(quick)).map((size) => ({
    name: `storms, ${size} viewers`,
    measure: async (say) => ({ storms: [await measureStorm(say, quick, size)] }),
  }));
}

/** Writes figures as soon as they are known: a step that fails loses no other. Ctrl-C stops the run and keeps them too. */
export async function bench(options: BenchOptions): Promise<void> {
  const say = createProgress(console.log);
  const machine = describeMachine(new Date());
  say(`${machine.cores} × ${machine.cpu}, Node.js ${machine.node}, load ${machine.loadBefore}`);
  let isStopped = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      isStopped = true;
      stopWorkers();
    });
  await buildAll();
  let written: Awaited<ReturnType<typeof writeResults>> | undefined;
  for (const { name, measure } of (options.only ?? PARTS).flatMap((part) => stepsOf(part, options))) {
    if (isStopped) break;
    say(`— ${name} —`);
    try {
      written = await writeResults(machine, await measure(say, options.quick), options);
    } catch (error) {
      if (isStopped) break;
      process.exitCode = 1;
      console.error(`${name} failed, and its figures stay as they were:`, error);
    }
  }
  for (const { goal, measured, met } of written ? goalsOf(written.results) : [])
    console.log(`${met ? 'met   ' : 'MISSED'}  ${goal}: ${measured}`);
  if (written) say(`written: ${written.files.join(', ')}`);
  if (isStopped) {
    say('Stopped.');
    process.exitCode = 130;
  }
}
