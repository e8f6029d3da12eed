import assert from 'node:assert/strict';
import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { build } from 'esbuild';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { buildInputs, isUnchanged } from './build-inputs.ts';

let root: string;
beforeEach(() => {
  root = temporaryFolder();
  write('package-lock.json', '{}');
  write('entry.ts', "import './part.ts';");
  write('part.ts', 'export const part = 1;');
});

/** Long ago, so that it is not mistaken for a change during the build. */
function write(file: string, text: string, seconds = 1_000): void {
  writeFileSync(join(root, file), text);
  utimesSync(join(root, file), seconds, seconds);
}

async function buildNow(began = Date.now()) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['entry.ts'],
    bundle: true,
    write: false,
    metafile: true,
  });
  return buildInputs(root, metafile, began);
}

test('a result is valid while nothing changes', async () => {
  const inputs = (await buildNow())!;

  assert.deepEqual(inputs.files.toSorted(), ['entry.ts', 'package-lock.json', 'part.ts']);
  assert.ok(isUnchanged(root, inputs));
});

for (const [what, change] of [
  ['an imported file', () => write('part.ts', 'export const part = 2;', 2_000)],
  ['a file that is replaced by an older one', () => write('part.ts', '', 500)],
  ['a file that keeps its size and time', () => write('part.ts', 'export const part = 2;')],
  ['a file that is deleted', () => rmSync(join(root, 'part.ts'))],
  ['the installed packages', () => write('package-lock.json', '{"packages":{}}', 2_000)],
] as const)
  test(`a change of ${what} invalidates it`, async () => {
    const inputs = (await buildNow())!;

    change();

    assert.ok(!isUnchanged(root, inputs));
  });

test('a file that changes during the build prevents that its result is kept', async () => {
  assert.equal(await buildNow(1_000_000), undefined);
});
