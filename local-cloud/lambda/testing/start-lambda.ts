import type { TestContext } from 'node:test';
import type { LambdaFunction } from '../../topology.ts';
import { createLambda, type Lambda, type LambdaOptions, type Report } from '../index.ts';

export interface StartedLambda extends Lambda {
  /** What the functions wrote so far. */
  lines: string[];
  reports: Report[];
  /** Resolves with the next line for which `matches` is true; lines that were there before count. */
  line(matches: (line: string) => boolean): Promise<string>;
}

/** The service under test, closed with the test. */
export function startLambda(
  t: TestContext,
  functions: LambdaFunction | LambdaFunction[],
  options: Partial<LambdaOptions> = {},
): StartedLambda {
  const lines: string[] = [];
  const reports: Report[] = [];
  const waiting = new Set<() => void>();
  const lambda = createLambda({
    functions: [functions].flat(),
    region: 'eu-central-1',
    environment: {},
    ...options,
    onLog(functionName, line) {
      lines.push(line);
      options.onLog?.(functionName, line);
      for (const check of waiting) check();
    },
    onReport: (report) => reports.push(report),
  });
  t.after(() => lambda.close(0));
  return {
    ...lambda,
    lines,
    reports,
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
 * Source of `held(name)`: writes `held <name> <process id>` and waits until the test sends that process SIGUSR2. So a test
 * decides when an invocation ends, without waiting for time to pass.
 */
export const HELD = `
  const held = (name) => new Promise((resolve) => {
    process.once('SIGUSR2', resolve);
    console.log('held', name, process.pid);
  });`;

/** Waits until the invocation called `name` is held, and returns what lets it go on. */
export async function holding(lambda: StartedLambda, name: string): Promise<() => void> {
  const line = await lambda.line((text) => text.startsWith(`held ${name} `));
  return () => void process.kill(Number(line.split(' ')[2]), 'SIGUSR2');
}
