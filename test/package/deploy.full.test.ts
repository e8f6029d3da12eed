/** The installed npm package deploys to an emulated AWS account and tears down again. WITHOUT_EMULATED_AWS=1 leaves it out. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { visit } from '../infra/deploy-calls.ts';
import { createDeployment, type Deployment } from '../infra/deployment.ts';
import { missingTools } from '../infra/tools.ts';
import { tarball } from '../support/package.ts';

const skip = process.env['WITHOUT_EMULATED_AWS']
  ? 'WITHOUT_EMULATED_AWS is set'
  : missingTools('terraform', 'moto_server', 'openssl');

describe('the npm package in an emulated AWS account', { skip }, () => {
  let deployment: Deployment;
  before(async () => {
    deployment = await createDeployment(await tarball());
  });
  after(() => deployment?.close());

  test('deploys, and passes its own smoke test', async () => {
    const output = await deployment.succeeds('deploy', '--yes');
    assert.match(output, /pushed to the first after \d+ ms; the count stays at 0\n/);
    assert.equal(output.trimEnd().split('\n').at(-1), (await deployment.outputs())['url']);
  });

  test('a second deploy changes nothing in AWS', async () => {
    assert.match(await deployment.succeeds('deploy', '--yes'), /Nothing to change/);
  });

  test('counts a visit, which export and stats find by the name of the environment', async () => {
    const { counter_endpoint, url } = await deployment.outputs();
    await visit(counter_endpoint!, url!, deployment.front.port);
    const file = join(deployment.work, 'count.jsonl');
    assert.match(await deployment.succeeds('export', '--env', 'production', '--out', file), /\b1 visit/);
    await deployment.succeeds('stats', '--env', 'production', '--days', '2');
    await deployment.succeeds('logs', '--env', 'production');
  });

  test('keeps Terraform and its files out of the package', async () => {
    const program = join(deployment.project.directory, 'node_modules/cloud-resume');
    const names = await readdir(program, { recursive: true });
    assert.deepEqual(
      names.filter((name) => /\.terraform($|[\\/])|tfstate|tfplan/.test(name)),
      [],
    );
  });

  test('destroy leaves nothing behind', async () => {
    await deployment.succeeds('destroy', '--yes', '--export', join(deployment.work, 'kept.jsonl'));
    assert.match(await deployment.succeeds('destroy', '--yes'), /nothing to/i);
  });
});
