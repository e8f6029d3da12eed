import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { cachedBuild } from './cached-build.ts';

let folder: string;
let builds: number;
beforeEach(async () => {
  folder = temporaryFolder();
  builds = 0;
  await mkdir(join(folder, 'theme'));
  await mkdir(join(folder, 'out'));
  await writeFile(join(folder, 'resume.json'), '{"basics":{"name":"A","image":"photo.png"}}');
  await writeFile(join(folder, 'photo.png'), 'GIF89a one');
  await writeFile(join(folder, 'theme', 'page.css'), 'a{}');
});

async function build(...settings: (string | undefined)[]) {
  return cachedBuild({
    resumeFile: join(folder, 'resume.json'),
    outDirectory: join(folder, 'out'),
    settings,
    sources: [join(folder, 'theme')],
    build: async () => {
      const page = `page ${++builds}`;
      await writeFile(join(folder, 'out', 'index.html'), page);
      const sha256 = createHash('sha256').update(page).digest('base64');
      const file = {
        path: 'index.html',
        contentType: 'text/html',
        cacheControl: '',
        sha256,
      };
      return {
        manifest: { files: [file], contentSecurityPolicy: '' },
        contents: new Map([['index.html', Buffer.from(page)]]),
        warnings: ['a warning'],
      };
    },
  });
}

test('returns the last build with its warnings if nothing has changed', async () => {
  const first = await build();
  const second = await build();
  assert.equal(builds, 1);
  assert.deepEqual(second.manifest, first.manifest);
  assert.deepEqual(second.contents, first.contents);
  assert.deepEqual(second.warnings, ['a warning']);
});

for (const [what, change] of [
  ['the résumé', () => writeFile(join(folder, 'resume.json'), '{"basics":{"name":"B"}}')],
  ['another language', () => writeFile(join(folder, 'resume.de.json'), '{}')],
  ['resume.private.json', () => writeFile(join(folder, 'resume.private.json'), '{"basics":{"phone":"+1"}}')],
  ['the photo', () => writeFile(join(folder, 'photo.png'), 'GIF89a another')],
  ['the theme', () => writeFile(join(folder, 'theme', 'page.css'), 'a{color:red}')],
  ['the theme’s files', () => writeFile(join(folder, 'theme', 'print.css'), '')],
  ['the built page itself', () => writeFile(join(folder, 'out', 'index.html'), 'something else')],
  ['the output, when a page is missing', () => rm(join(folder, 'out', 'index.html'))],
  ['the stamp, when it is damaged', () => writeFile(join(folder, 'out.stamp.json'), '{')],
] as const) {
  test(`builds again after a change of ${what}`, async () => {
    await build();
    await change();
    await build();
    assert.equal(builds, 2);
  });
}

test('builds again for another address, and when Chromium has been installed', async () => {
  await build(undefined, undefined);
  await build('https://example.com', undefined);
  await build('https://example.com', '/usr/bin/chromium');
  await build('https://example.com', '/usr/bin/chromium');
  assert.equal(builds, 3);
});

test('a failed build is not reused', async () => {
  const options = {
    resumeFile: join(folder, 'resume.json'),
    outDirectory: join(folder, 'out'),
    sources: [],
    settings: [],
  };
  const failing = () => cachedBuild({ ...options, build: () => Promise.reject(new Error('no')) });
  await assert.rejects(failing(), /no/);
  await assert.rejects(failing(), /no/);
});
