/** Clearing up behind a destroy: this environment's state, and the bucket when nothing else is in it. */
import { DeleteBucketCommand, DeleteObjectsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { inAws } from '../aws/errors.ts';
import { memoryKey } from '../deploy/memory.ts';
import { isEmpty, type StateBucket } from '../terraform/state-bucket.ts';

/** @returns whether the bucket itself is gone too */
export async function clearState(bucket: StateBucket): Promise<boolean> {
  const { client, name, key, region, account } = bucket;
  const Bucket = { Bucket: name, ExpectedBucketOwner: account };
  return inAws('clear up the state bucket', region, async () => {
    await deleteVersions(bucket, key);
    await deleteVersions(bucket, memoryKey(key));
    if (!(await isEmpty(bucket))) return false;
    // Old versions of what other environments, long destroyed, had there.
    await deleteVersions(bucket, '');
    await client.send(new DeleteBucketCommand(Bucket));
    return true;
  });
}

async function deleteVersions({ client, name, account }: StateBucket, prefix: string): Promise<void> {
  const Bucket = { Bucket: name, ExpectedBucketOwner: account };
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ ...Bucket, Prefix: prefix }),
    );
    const all = [...Versions, ...DeleteMarkers];
    if (all.length === 0) return;
    await client.send(
      new DeleteObjectsCommand({
        ...Bucket,
        Delete: {
          Quiet: true,
          Objects: all.map(({ Key, VersionId }) => ({ Key: Key!, VersionId: VersionId! })),
        },
      }),
    );
  }
}
