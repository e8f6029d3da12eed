/** What AWS would bill for a running cloud, counted from its events. */
import type { LocalCloudEvent } from '../local-cloud/observer.ts';

export interface Usage {
  /** `gone` was answered 410: the connection is closed, or its handshake was not complete. */
  posts: { delivered: number; gone: number };
  /** By short name: `updater`, `broadcaster`. */
  functions: Record<string, { invocations: number; gbSeconds: number }>;
}

export const noUsage = (): Usage => ({ posts: { delivered: 0, gone: 0 }, functions: {} });

export function countEvent(usage: Usage, event: LocalCloudEvent): void {
  if (event.type === 'post' && event.statusCode === 200) usage.posts.delivered++;
  if (event.type === 'post' && event.statusCode === 410) usage.posts.gone++;
  if (event.type !== 'invocation') return;
  const entry = (usage.functions[shortName(event)] ??= { invocations: 0, gbSeconds: 0 });
  entry.invocations++;
  // Lambda bills whole milliseconds.
  entry.gbSeconds += (Math.ceil(event.durationMs) / 1000) * (event.memorySize / 1024);
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
