import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { checkTerraformVersion } from './terraform.ts';

test(
  'a missing and an old Terraform say where to get it',
  { skip: process.platform === 'win32' },
  async () => {
    const folder = temporaryFolder();
    assert.throws(() => checkTerraformVersion({ PATH: folder }), /no terraform on the PATH/);
    const script = '#!/usr/bin/env node\nconsole.log(\'{"terraform_version":"1.5.7"}\');\n';
    await writeFile(join(folder, 'terraform'), script, { mode: 0o755 });
    const PATH = [folder, dirname(process.execPath), '/usr/bin'].join(delimiter);
    assert.throws(() => checkTerraformVersion({ PATH }), {
      message: 'Terraform is 1.5.7, but 1.11.0 or newer is needed.',
      remedy: /developer\.hashicorp\.com/,
    });
  },
);
