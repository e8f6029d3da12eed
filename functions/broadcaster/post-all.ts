/** Posting one message to many connections, a bounded number at a time. */
import { forEach } from './for-each.ts';
import type { Connection } from './audience.ts';
import type { Post } from './post.ts';

export interface PostAllReport {
  delivered: number;
  /** Answered 410. */
  gone: Connection[];
  /** Not reached: throttled, failed, or not tried before the deadline. To be posted to again. */
  owed: Connection[];
  throttled: number;
  /** Why posts failed, with how often. */
  failures: Map<string, number>;
}

export interface PostAllOptions {
  post: Post;
  concurrency: number;
  /** No post is begun after this, and none waits longer for its answer; milliseconds since 1970. */
  deadline: number;
  now: () => number;
}

/** Never rejects because of a connection: each one's fate stands in the report. */
export async function postAll(
  connections: readonly Connection[],
  message: string,
  options: PostAllOptions,
): Promise<PostAllReport> {
  const report: PostAllReport = { delivered: 0, gone: [], owed: [], throttled: 0, failures: new Map() };
  await forEach(connections, options.concurrency, async (connection) => {
    const left = options.deadline - options.now();
    if (left <= 0) return void report.owed.push(connection);
    const result = await options.post(connection.connectionId, message, left);
    if (result.outcome === 'delivered') report.delivered++;
    else if (result.outcome === 'gone') report.gone.push(connection);
    else {
      report.owed.push(connection);
      if (result.outcome === 'failed')
        report.failures.set(result.reason, (report.failures.get(result.reason) ?? 0) + 1);
      else report.throttled++;
    }
  });
  return report;
}
