/** Clearing up with fewer rights than it takes, at a bucket that is made up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { clearState, type StateBucket } from './state-bucket.ts';

const KEY = 'cloud-resume/production/terraform.tfstate';

/** A bucket with one version of the state, which S3 refuses to delete with this code: inside of an answer of 200. */
function refusing(code: string): { bucket: StateBucket; hidden: string[] } {
  const hidden: string[] = [];
  const send = (command: unknown) => {
    if (command instanceof ListObjectVersionsCommand)
      return Promise.resolve({ Versions: [{ Key: KEY, VersionId: '1' }] });
    if (command instanceof DeleteObjectsCommand)
      return Promise.resolve({ Errors: [{ Key: KEY, VersionId: '1', Code: code, Message: 'No.' }] });
    if (command instanceof DeleteObjectCommand) hidden.push(command.input.Key!);
    return Promise.resolve({});
  };
  const client = { send } as unknown as S3Client;
  return {
    bucket: { name: 'states', region: 'eu-central-1', key: KEY, account: '123456789012', client },
    hidden,
  };
}

test('without the right to delete versions, state and memory are hidden and the bucket stays', async () => {
  const { bucket, hidden } = refusing('AccessDenied');
  assert.equal(await clearState(bucket), false);
  assert.deepEqual(hidden, [KEY, 'cloud-resume/production/deploy.json']);
});

test('a version that S3 cannot delete ends it with what S3 says', async () => {
  const { bucket, hidden } = refusing('InternalError');
  await assert.rejects(clearState(bucket), { name: 'InternalError', message: `${KEY}: No.` });
  assert.deepEqual(hidden, []);
});
