/** What the scenarios have in common: an environment, arrivals, and the row that a scenario ends with. */
import type { TestContext } from 'node:test';
import { SEED } from '../../support/seed.ts';
import type { Engine } from './engine.ts';
import { Environment, type EnvironmentOptions } from './environment.ts';
import { report } from './report.ts';
import { assertRight, judge, type Verdict } from './verdict.ts';

export async function newEnvironment(
  t: TestContext,
  engine: Engine,
  options: Partial<EnvironmentOptions> = {},
): Promise<Environment> {
  const env = await Environment.start(engine, { seed: SEED, ...options });
  t.after(() => env.close());
  return env;
}

/** Opens pages, each with its own visit, spread evenly over the time. */
export async function arrivals(env: Environment, pages: number, overMs: number): Promise<void> {
  const first = env.pages.length;
  for (let page = 0; page < pages; page++) {
    env.open(`visit-${first + page}-xxxx`);
    await env.simulation.run(overMs / pages);
  }
}

/** Ends the faults, reports the result and asserts that it is right. */
export async function conclude(
  t: TestContext,
  env: Environment,
  row: { scenario: string; tried: string },
): Promise<Verdict> {
  const verdict = await judge(env);
  await report(t, { ...row, ...verdict });
  assertRight(env, verdict);
  return verdict;
}
