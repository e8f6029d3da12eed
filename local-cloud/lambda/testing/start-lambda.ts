import type { TestContext } from 'node:test';
import type { InvocationEvent, LocalCloudEvent } from '../../observer.ts';
import type { LambdaFunction } from '../../topology.ts';
import { createLambda, type Lambda, type LambdaOptions } from '../index.ts';
import { runtimeSource } from '../runtime-source.ts';

const source = await runtimeSource();

export interface StartedLambda extends Lambda {
  /** What the functions have written. */
  lines: string[];
  invocations: InvocationEvent[];
  /** All that was observed. */
  events: LocalCloudEvent[];
  /** Resolves with the first line for which `matches` is true, past or future. */
  line(matches: (line: string) => boolean): Promise<string>;
}

/** Lambda, closed at the end of the test. */
export function startLambda(
  t: TestContext,
  functions: LambdaFunction | LambdaFunction[],
  options: Partial<LambdaOptions> = {},
): StartedLambda {
  const lines: string[] = [];
  const invocations: InvocationEvent[] = [];
  const events: LocalCloudEvent[] = [];
  const waiting = new Set<() => void>();
  const lambda = createLambda({
    source,
    functions: [functions].flat(),
    region: 'eu-central-1',
    environment: {},
    ...options,
    observe(event) {
      events.push(event);
      if (event.type === 'invocation') invocations.push(event);
      if (event.type !== 'log') return;
      lines.push(event.line);
      for (const check of waiting) check();
    },
  });
  t.after(() => lambda.close(0));
  return {
    ...lambda,
    lines,
    invocations,
    events,
    line: (matches) =>
      new Promise((resolve) => {
        const check = () => {
          const line = lines.find(matches);
          if (line === undefined) return;
          waiting.delete(check);
          resolve(line);
        };
        waiting.add(check);
        check();
      }),
  };
}

/**
 * Source of `held(name)`: writes `held <name> <process id>` and waits for SIGUSR2, so that a test decides when an invocation
 * ends.
 */
export const HELD = `
  const held = (name) => new Promise((resolve) => {
    process.once('SIGUSR2', resolve);
    console.log('held', name, process.pid);
  });`;

/** Waits until the invocation called `name` is held, and returns the function that lets it continue. */
export async function holding(lambda: StartedLambda, name: string): Promise<() => void> {
  const line = await lambda.line((text) => text.startsWith(`held ${name} `));
  return () => void process.kill(Number(line.split(' ')[2]), 'SIGUSR2');
}
