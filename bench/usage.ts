/** What AWS would bill for a running cloud, counted from its events. */
import type { InvocationEvent } from '../local-cloud/observer.ts';

export interface FunctionUsage {
  invocations: number;
  failed: number;
  gbSeconds: number;
  /** Milliseconds that the handler ran, in total. */
  ms: number;
}

export interface PostCounts {
  delivered: number;
  /** Answered 410: the connection is closed, or its handshake was not complete. */
  gone: number;
  /** Answered 429 or anything else. */
  refused: number;
}

export interface Usage {
  posts: PostCounts;
  /** By short name: `updater`, `broadcaster`. */
  functions: Record<string, FunctionUsage>;
  /** Milliseconds of CPU time of the cloud's process: gateway, stream, function pools. */
  cpuMs: number;
}

export function noUsage(): Usage {
  return { posts: { delivered: 0, gone: 0, refused: 0 }, functions: {}, cpuMs: 0 };
}

export function sumOfFunctions({ functions }: Usage): { invocations: number; gbSeconds: number } {
  const all = Object.values(functions);
  return {
    invocations: all.reduce((sum, { invocations }) => sum + invocations, 0),
    gbSeconds: all.reduce((sum, { gbSeconds }) => sum + gbSeconds, 0),
  };
}

/** `updater`, `broadcaster`. */
export const shortName = ({ functionName }: { functionName: string }): string =>
  functionName.replace('cloud-resume-', '');

export function countPost(usage: Usage, statusCode: number): void {
  usage.posts[statusCode === 200 ? 'delivered' : statusCode === 410 ? 'gone' : 'refused']++;
}

export function countInvocation(
  usage: Usage,
  { functionName, durationMs, memorySize, functionError }: InvocationEvent,
): void {
  const entry = (usage.functions[shortName({ functionName })] ??= {
    invocations: 0,
    failed: 0,
    gbSeconds: 0,
    ms: 0,
  });
  entry.invocations++;
  if (functionError) entry.failed++;
  entry.ms += durationMs;
  // Lambda bills whole milliseconds.
  entry.gbSeconds += (Math.ceil(durationMs) / 1000) * (memorySize / 1024);
}
