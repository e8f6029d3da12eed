/** The AWS calls of the commands, the roles of the pipeline (infra/bootstrap) and the policy for a person name the same actions. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

/** IAM's names, where they differ from the operation's or the waiter's. */
const ACTIONS: Record<string, string> = {
  GetApis: 'GET',
  HeadBucket: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  waitUntilInvalidationCompleted: 'GetInvalidation',
  waitUntilTableExists: 'DescribeTable',
};

const roles = ['reading', 'writing', 'running', 'options']
  .map((name) => readFileSync(`infra/bootstrap/${name}.tf`, 'utf8'))
  .join('\n');
// The keys of conditions have the same form.
const CONDITIONS = /^iam:(PermissionsBoundary|PassedToService)$|^aws:|:FunctionArn$|RecordTypes$/;
const actionsIn = (code: string) =>
  [...code.matchAll(/"([a-z\d]+:[A-Z]\w+)"/g)]
    .map(([, action]) => action!)
    .filter((action) => !CONDITIONS.test(action));

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
  const text = [...new Set(entries.flatMap((file) => [...withImports(file)]))]
    // cli/count exports the count, which only a person at a terminal can ask for.
    .filter((file) => /^cli\/(aws|commands|pipeline|probes)\//.test(file))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  // A paginator is named after its operation: `paginateScan`.
  const calls = text.matchAll(/\bnew ([A-Z]\w+)Command\(|\bpaginate([A-Z]\w+)\(|\b(waitUntil[A-Z]\w+)\(/g);
  const asked = new Set([...calls].map((match) => match.slice(1).find(Boolean)!));
  assert.ok(asked.size >= 25);
  // Fact: everyone may ask who they are.
  asked.delete('GetCallerIdentity');
  const allowed = new Set(actionsIn(roles).map((action) => action.split(':')[1]));
  assert.deepEqual(
    [...asked].filter((operation) => !allowed.has(ACTIONS[operation] ?? operation)),
    [],
  );
});

test('a person with infra/deployer-policy.json may do what the roles of the pipeline may', () => {
  const text = readFileSync('infra/deployer-policy.json', 'utf8');
  const { Statement } = JSON.parse(text) as {
    Statement: { Action: string[]; Resource: string | string[] }[];
  };
  const missing = (actions: string[], statements: typeof Statement) => {
    const patterns = statements.flatMap(({ Action }) => Action).map((action) => action.replaceAll('*', '.*'));
    return actions.filter((action) => !new RegExp(`^(${patterns.join('|')})$`).test(action));
  };
  assert.ok(actionsIn(roles).length > 150);
  assert.deepEqual(missing(actionsIn(roles), Statement), []);
  const unnamed = [...roles.matchAll(/Action\s*=\s*(\[[^\]]*\]|"[^"]*")\s*Resource\s*=\s*"\*"/g)];
  const anywhere = Statement.filter(({ Resource }) => Resource === '*');
  assert.deepEqual(missing(actionsIn(unnamed.join('\n')), anywhere), []);
  assert.ok(text.replaceAll(/\s/g, '').length <= 6144, 'the size limit of a managed policy');
});
