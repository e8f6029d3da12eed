import { describe, test } from 'node:test';
import type { Capability, Stage, StageSetup, Target } from './target.ts';

export interface FactOptions extends StageSetup {
  /** What a target must be able to do for this fact to be shown there. */
  needs?: Capability[];
}

/** States one fact about API Gateway as a test on a stage of its own. */
export type Fact = (name: string, options: FactOptions, show: (stage: Stage) => Promise<void>) => void;

/** Long enough for a slow machine, short enough to notice what never comes; milliseconds. */
const TIMEOUT = 20_000;

/** A chapter of the suite, stated for one target. */
export function chapter(title: string, state: (fact: Fact) => void): (target: Target) => void {
  return (target) => {
    describe(title, () => {
      state((name, { needs = [], ...setup }, show) => {
        const missing = needs.filter((capability) => !target.capabilities.has(capability));
        const skip = missing.length > 0 && `${target.name} lacks: ${missing.join(', ')}`;
        test(name, { skip, timeout: TIMEOUT }, async () => {
          const stage = await target.deploy(setup);
          try {
            await show(stage);
          } finally {
            await stage.dispose();
          }
        });
      });
    });
  };
}
