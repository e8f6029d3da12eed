/** Terraform's own checks of infra/ and infra/bootstrap with a mocked AWS, and their agreement with the contract. No network. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { createTerraform, type Terraform } from '../../cli/aws/terraform.ts';
import { ENVIRONMENT } from '../../contract/function-env.ts';
import { initTerraform, INFRA } from './tools.ts';
import { missingPrograms } from '../support/tools.ts';

const skip = missingPrograms('terraform');

test('terraform fmt would change nothing', { skip }, async () => {
  const terraform = createTerraform({ directory: INFRA, dataDirectory: '.cache/terraform/format' });
  const { exitCode, stdout } = await terraform.run(['fmt', '-check', '-recursive', '-diff']);
  assert.equal(exitCode, 0, `Run terraform fmt -recursive infra.\n${stdout}`);
});

for (const [module, leastRuns] of [
  ['infra', 12],
  ['infra/bootstrap', 4],
] as const)
  describe(module, { skip }, () => {
    let terraform: Terraform;
    before(async () => {
      terraform = await initTerraform(join(INFRA, '..', module), `checks-${module.replace('/', '-')}`);
    });

    test('terraform validate has no errors and no warnings', async () => {
      const { stdout } = await terraform.run(['validate', '-json']);
      const { valid, warning_count, diagnostics } = JSON.parse(stdout);
      assert.deepEqual(
        { valid, warning_count },
        { valid: true, warning_count: 0 },
        JSON.stringify(diagnostics),
      );
    });

    test('terraform test passes', async (t) => {
      const { exitCode, stdout, stderr } = await terraform.run(['test', '-no-color']);
      assert.equal(exitCode, 0, stdout + stderr);
      const passed = Number(stdout.match(/Success! (\d+) passed, 0 failed/)?.[1]);
      assert.ok(passed >= leastRuns, stdout);
      t.diagnostic(`${passed} runs`);
    });
  });

test('the functions are given every variable of the contract, and no other', async () => {
  const files = ['updater.tf', 'broadcaster.tf'].map((file) => readFile(join(INFRA, file), 'utf8'));
  const sources = await Promise.all(files);
  const set = new Set(
    sources.flatMap((text) => [...text.matchAll(/^\s+([A-Z_]+)\s+=/gm)].map((match) => match[1])),
  );
  assert.deepEqual([...set].sort(), Object.values(ENVIRONMENT).sort());
});
