import { describe, test } from 'node:test';
import type { Capability, Stage, StageSetup, Target } from './target.ts';

export interface FactOptions extends StageSetup {
  /** What a target must support for this fact to be tested there. */
  needs?: Capability[];
}

/** Tests one fact about API Gateway on a new stage. */
export type Fact = (name: string, options: FactOptions, verify: (stage: Stage) => Promise<void>) => void;

const TIMEOUT_MS = 20_000;

/** A chapter of the suite, to be run against a target. */
export function chapter(title: string, define: (fact: Fact) => void): (target: Target) => void {
  return (target) => {
    describe(title, () => {
      define((name, { needs = [], ...setup }, verify) => {
        const missing = needs.filter((capability) => !target.capabilities.has(capability));
        const skip = missing.length > 0 && `${target.name} does not support: ${missing.join(', ')}`;
        test(name, { skip, timeout: TIMEOUT_MS }, async () => {
          const stage = await target.deploy(setup);
          try {
            await verify(stage);
          } finally {
            await stage.dispose();
          }
        });
      });
    });
  };
}
