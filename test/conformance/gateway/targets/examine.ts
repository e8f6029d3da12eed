/** `examine.ts PROGRAM` measures a gateway, checks all facts on it, and prints a {@link Column} as JSON. */
import { CHAPTERS } from '../chapters.ts';
import { checkFact, type Outcome } from '../fact.ts';
import { architectSandbox } from './architect-sandbox.ts';
import { startExternal, type Program } from './external.ts';
import { localCloud } from './local-cloud.ts';
import { localTarget } from './local.ts';
import { measure, type Figures } from './measure.ts';
import { serverlessOffline } from './serverless-offline.ts';

export interface Column {
  name: string;
  /** By the fact's name. */
  outcomes: Record<string, Outcome>;
  figures: Figures;
}

const PROGRAMS: Record<string, Program> = { localCloud, serverlessOffline, architectSandbox };
/** A fact that takes longer does not hold: waiting for what never arrives would take minutes. */
const FACT_TIMEOUT_MS = 2_500;

// A fact that was given up may still fail later, and needs no report.
process.on('unhandledRejection', () => {});
process.on('uncaughtException', () => {});

const program = PROGRAMS[process.argv[2] ?? '']!;
try {
  await examine();
} catch (error) {
  console.error(error);
  process.exit(1);
}

async function examine(): Promise<void> {
  let target = await startExternal(program);
  const figures = await measure(target);
  const outcomes: Column['outcomes'] = {};
  for (const fact of CHAPTERS.flatMap(({ facts }) => facts)) {
    // The local cloud's facts are verified in-process, where the clock can be moved.
    if (program === localCloud) {
      outcomes[fact.name] = await checkFact(fact, localTarget, 20_000);
      continue;
    }
    outcomes[fact.name] = await checkFact(fact, target, FACT_TIMEOUT_MS);
    if (target.hasEnded()) {
      outcomes[fact.name] = 'crashes';
      await target.stop();
      target = await startExternal(program);
    }
    console.error(`${target.name}, ${fact.name}: ${outcomes[fact.name]}`);
  }
  await target.stop();
  process.stdout.write(JSON.stringify({ name: target.name.trim(), outcomes, figures } satisfies Column), () =>
    process.exit(0),
  );
}
