/** Invalidates CloudFront's copies of what has changed, and of nothing else. */
import {
  CloudFrontClient,
  CreateInvalidationCommand,
  waitUntilInvalidationCompleted,
} from '@aws-sdk/client-cloudfront';
import { inAws } from './errors.ts';
import { isFile, type Plan } from './plan.ts';

/** AWS bills paths beyond 1,000 a month; a path with * counts as one. */
const MAX_PATHS = 30;

/**
 * Paths, as visitors request them, of the files that a plan changes without renaming. New files count too: an edge may have cached
 * that they were missing. Hashed files never change.
 */
export function pathsToInvalidate({ changes }: Plan): string[] {
  // A new distribution has no copies.
  if (changes.some(({ type, action }) => type === 'aws_cloudfront_distribution' && action === 'create'))
    return [];
  const paths = changes
    .filter((change) => isFile(change) && change.name === 'page')
    .flatMap(({ index }) => {
      const path = `/${String(index).split('/').map(encodeURIComponent).join('/')}`;
      return path === '/index.html' ? ['/', path] : [path];
    });
  return paths.length > MAX_PATHS ? ['/*'] : paths.sort();
}

/** Returns when every edge has dropped its copies. */
export async function invalidate(distributionId: string, paths: string[], reference: string): Promise<void> {
  const region = 'us-east-1';
  const client = new CloudFrontClient({ region });
  await inAws('invalidate files in CloudFront', region, async () => {
    const { Invalidation } = await client.send(
      new CreateInvalidationCommand({
        DistributionId: distributionId,
        InvalidationBatch: {
          CallerReference: reference,
          Paths: { Quantity: paths.length, Items: paths },
        },
      }),
    );
    await waitUntilInvalidationCompleted(
      { client, maxWaitTime: 15 * 60, minDelay: 2, maxDelay: 15 },
      { DistributionId: distributionId, Id: Invalidation!.Id! },
    );
  });
}
