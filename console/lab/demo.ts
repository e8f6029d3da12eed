/** `npm run demo`: the experiment, step by step. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Verdict } from '../../contract/console.ts';
import { startConsole } from '../server.ts';
import type { ExperimentName } from './experiments.ts';
import { Lab } from './index.ts';

export interface DemoOptions {
  /** Between two steps, in milliseconds. */
  pauseMs: number;
  consolePort?: number | undefined;
  say: (line: string) => void;
  /** Repeatable faults. */
  seed?: number;
  /** Ends it early: both clouds stop, and their folders are deleted. */
  signal?: AbortSignal;
}

const STEPS: { says: string; acts: ExperimentName[] }[] = [
  {
    says: 'One visitor. The console shows its trace: handshake, transaction, stream record, batch, post.',
    acts: ['visit-1'],
  },
  { says: 'Ten more. One broadcast announces several of them.', acts: ['visit-10'] },
  {
    says: '200 at once. The first design posts to every page for every visit; this one paces itself.',
    acts: ['visit-200'],
  },
  {
    says: 'The broadcaster dies in the middle of a broadcast. The stream delivers its batch again.',
    acts: ['kill-broadcaster'],
  },
  {
    says: 'Requests are dropped, throttled, answered with errors, or carried out without an answer.',
    acts: ['toggle-faults', 'visit-10', 'visit-10', 'visit-10'],
  },
  { says: 'On top of that, the database is killed.', acts: ['stop-database', 'visit-10'] },
  { says: 'The faults end, and the pages catch up.', acts: ['toggle-faults'] },
  {
    says: 'Everyone leaves, and every $disconnect is lost. The next posts find the ghosts.',
    acts: ['toggle-disconnects', 'leave', 'visit-1'],
  },
];

/** The count may take this long to reach all pages once the faults have ended; milliseconds. */
const PATIENCE_MS = 180_000;
/** … and within a step, which may have faults. */
const STEP_PATIENCE_MS = 30_000;
const POLL_MS = 500;

/**
 * @returns whether nothing was lost, nothing doubled, and every page shows the true count
 * @throws an AbortError when it is ended early
 */
export async function runDemo({ pauseMs, consolePort, say, seed, signal }: DemoOptions): Promise<boolean> {
  const lab = new Lab({ onStory: (text) => say(`        ${text}`), ...(seed !== undefined && { seed }) });
  say('Starting this design and the first one …');
  try {
    await lab.start();
    const { url, close } = await startConsole({ port: consolePort, experiment: lab });
    say(`console ${url}`);
    try {
      const started = performance.now();
      for (const { says, acts } of STEPS) {
        const seconds = Math.round((performance.now() - started) / 1000);
        say(`${String(seconds).padStart(5)} s ${says}`);
        for (const action of acts) lab.act(action);
        await sleep(pauseMs, undefined, { signal });
        await settle(lab, STEP_PATIENCE_MS);
        say(`        ${summary(lab.state.ours)}`);
      }
      const settled = await settle(lab, PATIENCE_MS);
      say(table(lab.state.ours, lab.state.firstDesign));
      const { lost, doubled } = lab.state.ours;
      say(
        settled
          ? `${lost} lost, ${doubled} doubled`
          : `Not every page shows the true count: ${lost} lost, ${doubled} doubled.`,
      );
      return settled && lost === 0 && doubled === 0;
    } finally {
      await close();
    }
  } finally {
    await lab.close();
  }
}

/** Waits until every visit is accepted and every open page shows the true count. @returns false if that takes too long */
async function settle(lab: Lab, patienceMs: number): Promise<boolean> {
  const end = performance.now() + patienceMs;
  do {
    // Visitors of the last step may still be on their way.
    await sleep(POLL_MS);
    await lab.refresh();
    const { waiting, open, current, lost } = lab.state.ours;
    if (waiting === 0 && open === current && lost === 0) return true;
  } while (performance.now() < end);
  return false;
}

function summary({ sent, count, open, current, lost, doubled }: Verdict): string {
  return `${sent} visits sent, count ${count}, shown by ${current} of ${open} pages; ${lost} lost, ${doubled} doubled.`;
}

function table(ours: Verdict, first: Verdict | undefined): string {
  const rows: [string, (verdict: Verdict) => string][] = [
    ['visits sent', ({ sent }) => String(sent)],
    ['count', ({ count }) => String(count)],
    ['lost', ({ lost }) => String(lost)],
    ['doubled', ({ doubled }) => String(doubled)],
    ['posts', ({ posts }) => String(posts)],
    ['faults met', ({ faults }) => String(faults)],
    ['cost', ({ dollars }) => `$${dollars.toFixed(6)}`],
  ];
  const lines = [
    ['', 'this design', 'the first design'],
    ...rows.map(([name, text]) => [name, text(ours), first ? text(first) : '–']),
  ].map(([name, a, b]) => name!.padEnd(14) + a!.padStart(16) + b!.padStart(20));
  return `\n${lines.join('\n')}\n`;
}
