/** What one deploy leaves for the next, wherever that runs: a small object next to the state. */
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { inAws } from './errors.ts';
import { deployStateKey, type StateBucket } from './state-bucket.ts';

export interface DeployState {
  /** Immutable files of earlier releases, and when a release dropped them (ISO 8601). */
  superseded: Record<string, string>;
  /** Paths whose copies at the edges may be old, because a run was interrupted. */
  toInvalidate: string[];
  /** Whether an apply began and did not finish. */
  isApplying: boolean;
  /** Commit of the last release that passed its smoke test; the pipeline rolls back to it. */
  live?: string | undefined;
  /** The one before, for `npm run rollback` from a release that works but is not wanted. */
  previous?: string | undefined;
  /** Version of Cloud Resume that the last finished deploy ran. */
  version?: string | undefined;
}

export const EMPTY_DEPLOY_STATE: DeployState = { superseded: {}, toInvalidate: [], isApplying: false };

export async function readDeployState(bucket: StateBucket): Promise<DeployState> {
  return inAws('read what the last deploy left', bucket.region, async () => {
    try {
      const { Body } = await bucket.client.send(new GetObjectCommand(address(bucket)));
      return {
        ...EMPTY_DEPLOY_STATE,
        ...(JSON.parse(await Body!.transformToString()) as Partial<DeployState>),
      };
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return EMPTY_DEPLOY_STATE;
      throw error;
    }
  });
}

export async function writeDeployState(bucket: StateBucket, state: DeployState): Promise<void> {
  await inAws('save what the next deploy needs', bucket.region, () =>
    bucket.client.send(
      new PutObjectCommand({
        ...address(bucket),
        Body: JSON.stringify(state, null, 2),
        ContentType: 'application/json',
      }),
    ),
  );
}

function address({ name, key, account }: StateBucket) {
  return { Bucket: name, Key: deployStateKey(key), ExpectedBucketOwner: account };
}
