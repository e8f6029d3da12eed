/** What one deploy leaves for the next, wherever that runs: a small object beside the state. */
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { inAws } from './errors.ts';
import type { StateBucket } from './state-bucket.ts';

export interface DeployState {
  /** Immutable files of earlier releases, and when the release that dropped them was made (ISO 8601). */
  superseded: Record<string, string>;
  /** Paths that were changed and whose copies at the edges may still be old: a run was interrupted. */
  toInvalidate: string[];
  /** Whether an apply has begun that did not come to its end. */
  isApplying: boolean;
  /** Commit of the last release that passed its smoke test; the pipeline rolls back to it. */
  live?: string | undefined;
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

export async function writeDeployState(bucket: StateBucket, memory: DeployState): Promise<void> {
  await inAws('write down what the next deploy needs', bucket.region, () =>
    bucket.client.send(
      new PutObjectCommand({
        ...address(bucket),
        Body: JSON.stringify(memory, null, 2),
        ContentType: 'application/json',
      }),
    ),
  );
}

export async function forget(bucket: StateBucket): Promise<void> {
  await inAws('forget the last deploy', bucket.region, () =>
    bucket.client.send(new DeleteObjectCommand(address(bucket))),
  );
}

function address({ name, key, account }: StateBucket) {
  return { Bucket: name, Key: memoryKey(key), ExpectedBucketOwner: account };
}

/** `<name>/<environment>/deploy.json` */
export function memoryKey(stateKey: string): string {
  return stateKey.replace(/[^/]+$/, 'deploy.json');
}
