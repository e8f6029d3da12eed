import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sourceFiles } from '../../cli/source-files.ts';

/** What the pipeline's roles were given rights for (neededByCommands in test/infra/pipeline-roles.ts, infra/bootstrap). */
const ALLOWED = [
  'CreateInvalidation',
  'DeleteObject',
  'DeleteObjects',
  'DescribeAlarms',
  'DescribeTable',
  'GetAccountSettings',
  'GetBucketPolicy',
  'GetCallerIdentity',
  'GetHostedZone',
  'GetObject',
  'GetQueueAttributes',
  'HeadBucket',
  'ListEventSourceMappings',
  'ListHostedZones',
  'ListObjectVersions',
  'ListObjectsV2',
  'PutObject',
  'UpdateTable',
];

/** Only whoever makes or deletes the state bucket asks for these: npm run bootstrap, or a deploy from the owner's machine. */
const OWNERS = [
  'CreateBucket',
  'DeleteBucket',
  'PutBucketEncryption',
  'PutBucketLifecycleConfiguration',
  'PutBucketOwnershipControls',
  'PutBucketPolicy',
  'PutBucketVersioning',
  'PutPublicAccessBlock',
];

test('the commands of the workflows ask AWS for nothing that their roles were not given', () => {
  const asked = new Set(
    sourceFiles('.ts', 'cli')
      .filter((file) => /^cli[\\/](aws|deploy|destroy|doctor|terraform)[\\/]/.test(file))
      .filter((file) => !file.endsWith('.test.ts'))
      .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/new ([A-Z]\w+)Command\(/g)])
      .map(([, operation]) => operation!),
  );
  assert.deepEqual([...asked].sort(), [...ALLOWED, ...OWNERS].sort());
});
