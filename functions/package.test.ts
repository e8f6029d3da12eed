import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { packageFunctions } from './package.ts';

const MODULE = fileURLToPath(new URL('./package.ts', import.meta.url));

async function builtFunctions(touched: Date): Promise<string> {
  const outDirectory = temporaryFolder();
  for (const name of ['updater', 'broadcaster']) {
    await mkdir(join(outDirectory, name));
    for (const file of ['index.cjs', 'a.txt']) {
      await writeFile(join(outDirectory, name, file), `${name} ${file} `.repeat(50));
      await utimes(join(outDirectory, name, file), touched, touched);
    }
  }
  return outDirectory;
}

const sha256 = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

test('a package contains the built files', async () => {
  const outDirectory = await builtFunctions(new Date());
  const { updater } = await packageFunctions({ outDirectory });
  const files = unzipSync(await readFile(updater));
  assert.deepEqual(Object.keys(files), ['a.txt', 'index.cjs']);
  assert.equal(Buffer.from(files['index.cjs']!).toString(), 'updater index.cjs '.repeat(50));
});

test('the same source gives the same bytes in another folder, at another time, in another time zone', async () => {
  const here = await packageFunctions({
    outDirectory: await builtFunctions(new Date('2020-02-29T12:00:00Z')),
  });
  const elsewhere = await builtFunctions(new Date('2031-07-01T03:00:00Z'));
  const program = `import(${JSON.stringify(MODULE)}).then((m) => m.packageFunctions({ outDirectory: ${JSON.stringify(elsewhere)} }))`;
  execFileSync(process.execPath, ['--import', 'tsx', '--eval', program], {
    env: { ...process.env, TZ: 'Pacific/Auckland' },
  });
  for (const name of ['updater', 'broadcaster'] as const) {
    assert.equal(await sha256(here[name]), await sha256(join(elsewhere, `${name}.zip`)), name);
  }
});

test('names a function that has not been built', async () => {
  await assert.rejects(packageFunctions({ outDirectory: '/nowhere' }), /nowhere.*(updater|broadcaster)/);
});
