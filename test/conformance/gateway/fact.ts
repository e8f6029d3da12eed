import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'node:test';
import { Unsupported, type Capability, type Stage, type StageSetup, type Target } from './target.ts';

export interface FactOptions extends StageSetup {
  /** What a target must support for this fact to be tested there. */
  needs?: Capability[];
}

type Verify = (stage: Stage) => Promise<void>;

/** States one fact about API Gateway. It is verified on a new stage. */
export type StateFact = (name: string, options: FactOptions, verify: Verify) => void;

export interface Fact {
  name: string;
  options: FactOptions;
  verify: Verify;
}

export interface Chapter {
  title: string;
  facts: Fact[];
}

export function chapter(title: string, define: (fact: StateFact) => void): Chapter {
  const facts: Fact[] = [];
  define((name, options, verify) => facts.push({ name, options, verify }));
  return { title, facts };
}

const TIMEOUT_MS = 20_000;

/** Registers a chapter's facts as tests of a target. */
export function testChapter({ title, facts }: Chapter, target: Target): void {
  describe(title, () => {
    for (const { name, options, verify } of facts) {
      const missing = missingCapability(options, target);
      test(name, { skip: missing && `needs ${missing}`, timeout: TIMEOUT_MS }, async (t) => {
        try {
          await verifyOn(target, options, verify);
        } catch (error) {
          if (!(error instanceof Unsupported)) throw error;
          t.skip(error.message);
        }
      });
    }
  });
}

/** `crashes`: the target's process ended. */
export type Outcome = 'holds' | 'differs' | 'crashes' | 'untested';

/** Checks a fact on a target that may behave differently. A fact that does not hold within `timeoutMs` differs. */
export async function checkFact(
  { options, verify }: Fact,
  target: Target,
  timeoutMs: number,
): Promise<Outcome> {
  if (missingCapability(options, target)) return 'untested';
  const timeout = new AbortController();
  try {
    await Promise.race([
      verifyOn(target, options, verify),
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

function missingCapability({ needs = [] }: FactOptions, target: Target): Capability | undefined {
  return needs.find((capability) => !target.capabilities.has(capability));
}

async function verifyOn(target: Target, { needs: _needs, ...setup }: FactOptions, verify: Verify) {
  const stage = await target.deploy(setup);
  try {
    await verify(stage);
  } finally {
    await stage.dispose();
  }
}
