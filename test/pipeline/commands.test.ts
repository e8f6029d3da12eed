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
  'GetInvalidation',
  'GetObject',
  'GetQueueAttributes',
  'HeadBucket',
  'ListEventSourceMappings',
  'ListHostedZones',
  'ListObjectVersions',
  'ListObjectsV2',
  'ListOriginAccessControls',
  'ListResourceRecordSets',
  'ListResponseHeadersPolicies',
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

/** What the SDK's waiters ask again and again. */
const WAITERS: Record<string, string> = {
  waitUntilInvalidationCompleted: 'GetInvalidation',
  waitUntilTableExists: 'DescribeTable',
};

/** A paginator is called like its operation: `paginateScan`. */
function operationsIn(text: string): string[] {
  const calls = text.matchAll(/\bnew ([A-Z]\w+)Command\(|\bpaginate([A-Z]\w+)\(|\b(waitUntil[A-Z]\w+)\(/g);
  return [...calls].map(([, command, page, waiter]) => {
    if (waiter) assert.ok(WAITERS[waiter], `say above what ${waiter} asks for`);
    return command ?? page ?? WAITERS[waiter!]!;
  });
}

test('commands, paginators and waiters are seen, and a waiter that nobody has described is a failure', () => {
  const text = 'new GetObjectCommand({}), paginateScan({}), waitUntilTableExists({})';
  assert.deepEqual(operationsIn(text), ['GetObject', 'Scan', 'DescribeTable']);
  assert.throws(() => operationsIn('waitUntilBucketExists({})'), /what waitUntilBucketExists asks for/);
});

test('the commands of the workflows ask AWS for nothing that their roles were not given', () => {
  const asked = new Set(
    sourceFiles('.ts', 'cli')
      .filter((file) => /^cli[\\/](aws|deploy|destroy|doctor|pipeline|terraform)[\\/]/.test(file))
      .filter((file) => !file.endsWith('.test.ts'))
      .flatMap((file) => operationsIn(readFileSync(file, 'utf8'))),
  );
  assert.deepEqual([...asked].sort(), [...ALLOWED, ...OWNERS].sort());
});
