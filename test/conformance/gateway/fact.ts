import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'node:test';
import { Unsupported, type Stage, type StageSetup, type Target } from './target.ts';
import { closeSockets } from './wire.ts';

type Verify = (stage: Stage) => Promise<void>;

/** States one fact about API Gateway. It is verified on a new stage. */
export interface StateFact {
  (name: string, verify: Verify): void;
  (name: string, setup: StageSetup, verify: Verify): void;
}

export interface Fact {
  name: string;
  setup: StageSetup;
  verify: Verify;
}

export interface Chapter {
  title: string;
  facts: Fact[];
}

export function chapter(title: string, define: (fact: StateFact) => void): Chapter {
  const facts: Fact[] = [];
  define((name: string, ...rest: [Verify] | [StageSetup, Verify]) => {
    const [setup, verify] = rest.length === 1 ? [{}, rest[0]] : rest;
    facts.push({ name, setup, verify });
  });
  return { title, facts };
}

const TIMEOUT_MS = 20_000;

/** Registers a chapter's facts as tests of a target. */
export function testChapter({ title, facts }: Chapter, target: Target): void {
  describe(title, () => {
    for (const fact of facts)
      test(fact.name, { timeout: TIMEOUT_MS }, async (t) => {
        try {
          await verifyOn(target, fact);
        } catch (error) {
          if (!(error instanceof Unsupported)) throw error;
          t.skip(error.message);
        }
      });
  });
}

/** `crashes`: the target's process ended. */
export type Outcome = 'holds' | 'differs' | 'crashes' | 'untested';

/** Checks a fact on a target that may behave differently. A fact that does not hold within `timeoutMs` differs. */
export async function checkFact(fact: Fact, target: Target, timeoutMs: number): Promise<Outcome> {
  const timeout = new AbortController();
  try {
    await Promise.race([
      verifyOn(target, fact),
      sleep(timeoutMs, undefined, { signal: timeout.signal }).then(() =>
        Promise.reject(new Error('timeout')),
      ),
    ]);
    return 'holds';
  } catch (error) {
    return error instanceof Unsupported ? 'untested' : 'differs';
  } finally {
    timeout.abort();
    await target.reset?.();
  }
}

async function verifyOn(target: Target, { setup, verify }: Fact): Promise<void> {
  const stage = await target.deploy(setup);
  try {
    await verify(stage);
  } finally {
    closeSockets();
    await stage.dispose();
  }
}
