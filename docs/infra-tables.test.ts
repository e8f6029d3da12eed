import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { INFRA_README, withInfraTables } from './infra-tables.ts';

test("infra/README.md's tables are up to date", async () => {
  const readme = await readFile(INFRA_README, 'utf8');
  assert.equal(readme, await withInfraTables(readme), 'Run node --import tsx docs/infra-tables.ts');
  execFileSync(process.execPath, ['--import', 'tsx', 'docs/infra-tables.ts']);
  assert.equal(await readFile(INFRA_README, 'utf8'), readme, 'the command writes the same');
});

test('arguments on several lines are read completely', async () => {
  const readme = await withInfraTables(
    await readFile(INFRA_README, 'utf8').then((text) => text.replace(/^\| .*\n/gm, '')),
  );
  assert.match(
    readme,
    /^\| `kept_assets` \| `map\(object\(\{ content_type = string cache_control = string \}\)\)` \| `\{\}` \| Hashed files/m,
  );
  assert.match(readme, /^\| `domain` \| `string` \| `null` \| Domain of the site, such as example\.com\./m);
  assert.match(readme, /^\| \[budget\.tf\]\(budget\.tf\) \| `aws_budgets_budget` \|$/m);
  assert.match(readme, /^\| `url` \| URL of the site/m);
});

test('a README without table markers is rejected', async () => {
  await assert.rejects(withInfraTables('# Infra'), /has no <!-- files -->/);
});
