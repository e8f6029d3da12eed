/** Clearing up behind a destroy: this environment's state, and the bucket when nothing else is in it. */
import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { inAws } from './errors.ts';
import { memoryKey } from './deploy-state.ts';
import { isEmpty, type StateBucket } from './state-bucket.ts';

/** @returns whether the bucket itself is gone too */
export async function clearState(bucket: StateBucket): Promise<boolean> {
  const { client, name, key, region, account } = bucket;
  return inAws('clear up the state bucket', region, async () => {
    try {
      for (const own of [key, memoryKey(key)]) await deleteVersions(bucket, own);
      if (!(await isEmpty(bucket))) return false;
      // Old versions of what other environments, long destroyed, had there.
      await deleteVersions(bucket, '');
      await client.send(new DeleteBucketCommand({ Bucket: name, ExpectedBucketOwner: account }));
      return true;
    } catch (error) {
      if ((error as Error).name !== 'AccessDenied') throw error;
      await hide(bucket);
      return false;
    }
  });
}

/** A pipeline's role may not delete a state's history: the bucket's own rule does so in time. */
async function hide({ client, name, key, account }: StateBucket): Promise<void> {
  for (const Key of [key, memoryKey(key)])
    await client.send(new DeleteObjectCommand({ Bucket: name, Key, ExpectedBucketOwner: account }));
}

async function deleteVersions({ client, name, account }: StateBucket, prefix: string): Promise<void> {
  const Bucket = { Bucket: name, ExpectedBucketOwner: account };
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ ...Bucket, Prefix: prefix }),
    );
    const all = [...Versions, ...DeleteMarkers];
    if (all.length === 0) return;
    const { Errors: [refused] = [] } = await client.send(
      new DeleteObjectsCommand({
        ...Bucket,
        Delete: {
          Quiet: true,
          Objects: all.map(({ Key, VersionId }) => ({ Key: Key!, VersionId: VersionId! })),
        },
      }),
    );
    // Fact: the answer is 200 all the same. The next round would find the same versions.
    if (refused) {
      const { Key, Code, Message } = refused;
      throw Object.assign(new Error(`${Key}: ${Message ?? Code}`), { name: Code ?? 'DeleteObjectsError' });
    }
  }
}
