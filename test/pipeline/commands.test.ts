import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

/** Operations that the pipeline's roles allow (infra/bootstrap; neededByCommands in test/infra/pipeline-roles.ts). */
const ALLOWED = [
  'CreateInvalidation',
  'DeleteObject',
  'DescribeAlarms',
  'DescribeTable',
  'GetAccountSettings',
  'GetApis',
  'GetBucketPolicy',
  'GetCallerIdentity',
  'GetHostedZone',
  'GetInvalidation',
  'GetObject',
  'GetQueueAttributes',
  'HeadBucket',
  'ListDistributions',
  'ListEventSourceMappings',
  'ListHostedZones',
  'ListObjectsV2',
  'ListOriginAccessControls',
  'ListResourceRecordSets',
  'ListResponseHeadersPolicies',
  'PutObject',
  'UpdateTable',
];

/** Needed only to create the state bucket: by npm run bootstrap, or a deploy from the owner's machine. */
const OWNERS = [
  'CreateBucket',
  'PutBucketEncryption',
  'PutBucketLifecycleConfiguration',
  'PutBucketOwnershipControls',
  'PutBucketPolicy',
  'PutBucketVersioning',
  'PutPublicAccessBlock',
];

/** Operations that the SDK's waiters poll. */
const WAITERS: Record<string, string> = {
  waitUntilInvalidationCompleted: 'GetInvalidation',
  waitUntilTableExists: 'DescribeTable',
};

/** A paginator is named after its operation: `paginateScan`. */
function operationsIn(text: string): string[] {
  const calls = text.matchAll(/\bnew ([A-Z]\w+)Command\(|\bpaginate([A-Z]\w+)\(|\b(waitUntil[A-Z]\w+)\(/g);
  return [...calls].map(([, command, page, waiter]) => {
    if (waiter) assert.ok(WAITERS[waiter], `add the operation of ${waiter} above`);
    return command ?? page ?? WAITERS[waiter!]!;
  });
}

test('commands, paginators and waiters are found, and an unknown waiter is an error', () => {
  const text = 'new GetObjectCommand({}), paginateScan({}), waitUntilTableExists({})';
  assert.deepEqual(operationsIn(text), ['GetObject', 'Scan', 'DescribeTable']);
  assert.throws(
    () => operationsIn('waitUntilBucketExists({})'),
    /add the operation of waitUntilBucketExists/,
  );
});

/** A file and every file that it imports, directly or not. */
function withImports(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()'(\.[^']+)'/g))
    withImports(join(dirname(file), path!), seen);
  return seen;
}

test('the pipeline has a permission for every AWS call of its commands', () => {
  const entries = [
    ...['deploy', 'destroy', 'doctor'].map((name) => `cli/commands/${name}.ts`),
    ...readdirSync('cli/pipeline').map((name) => `cli/pipeline/${name}`),
  ];
  const files = new Set(entries.flatMap((file) => [...withImports(file)]));
  const asked = new Set(
    [...files]
      // cli/count exports the count, which only a person at a terminal can ask for.
      .filter((file) => /^cli\/(aws|commands|pipeline|probes)\//.test(file))
      .flatMap((file) => operationsIn(readFileSync(file, 'utf8'))),
  );
  assert.deepEqual([...asked].sort(), [...ALLOWED, ...OWNERS].sort());
});

test('a person with infra/deployer-policy.json may do what the roles of the pipeline may', () => {
  const text = readFileSync('infra/deployer-policy.json', 'utf8');
  const { Statement } = JSON.parse(text) as {
    Statement: { Action: string[]; Resource: string | string[] }[];
  };
  const covers = (statements: typeof Statement, action: string) =>
    statements
      .flatMap(({ Action }) => Action)
      .some((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(action));
  const actionsIn = (code: string) =>
    [...code.matchAll(/"([a-z\d]+:[A-Z]\w+)"/g)].map(([, action]) => action!);
  const roles = ['reading', 'writing', 'options']
    .map((name) => readFileSync(`infra/bootstrap/${name}.tf`, 'utf8'))
    .join('\n');
  // The keys of conditions have the same form.
  const notActions = /^iam:(PermissionsBoundary|PassedToService)$|^aws:|:FunctionArn$|RecordTypes$/;
  const actions = actionsIn(roles).filter((action) => !notActions.test(action));
  assert.ok(actions.length > 150);
  assert.deepEqual(
    actions.filter((action) => !covers(Statement, action)),
    [],
  );
  const unnamed = [...roles.matchAll(/Action\s*=\s*(\[[^\]]*\]|"[^"]*")\s*Resource\s*=\s*"\*"/g)];
  const anywhere = Statement.filter(({ Resource }) => Resource === '*');
  assert.deepEqual(
    unnamed.flatMap(([block]) => actionsIn(block)).filter((action) => !covers(anywhere, action)),
    [],
  );
  assert.ok(text.replaceAll(/\s/g, '').length <= 6144, 'the size limit of a managed policy');
});
