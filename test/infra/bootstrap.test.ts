/** infra/bootstrap: what it promises of the state bucket, the roles and who may take them. AWS is mocked. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { Terraform } from '../../cli/terraform/terraform.ts';
import { INFRA, initTerraform, missingTools } from './tools.ts';

const BOOTSTRAP = join(INFRA, 'bootstrap');

describe('infra/bootstrap', { skip: missingTools('terraform') }, () => {
  let terraform: Terraform;
  before(async () => {
    terraform = await initTerraform(BOOTSTRAP, 'bootstrap-checks');
  });

  test('validate finds nothing wrong and nothing deprecated', async () => {
    const { stdout } = await terraform.run(['validate', '-json']);
    const { valid, warning_count, diagnostics } = JSON.parse(stdout);
    assert.deepEqual(
      { valid, warning_count },
      { valid: true, warning_count: 0 },
      JSON.stringify(diagnostics),
    );
  });

  test('test: every promise of infra/bootstrap/tests holds', async () => {
    const { exitCode, stdout, stderr } = await terraform.run(['test', '-no-color']);
    assert.equal(exitCode, 0, stdout + stderr);
    assert.match(stdout, /Success! 5 passed, 0 failed/);
  });
});
