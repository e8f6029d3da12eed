/** LibreOffice reads resume.docx as applicant-tracking systems do: every word once, in order. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadResume } from '../../resume/index.ts';
import { settingsOf } from '../../resume/settings.ts';
import { requirement } from '../../../test/support/tools.ts';
import { docxFile } from './docx.ts';
import { plainText } from './plain-text.ts';

const skip = requirement({
  what: 'LibreOffice',
  found: spawnSync('soffice', ['--version']).status === 0,
  install: 'apt-get install libreoffice-writer-nogui',
});

for (const fixture of ['sample', 'stress', 'three-pages', 'arabic'])
  test(
    `LibreOffice finds every word of ${fixture}.json once, in order`,
    { skip, timeout: 120_000 },
    async () => {
      const file = new URL(`../../../test/fixtures/resumes/${fixture}.json`, import.meta.url).pathname;
      const { resume } = await loadResume(file);
      const folder = await mkdtemp(join(tmpdir(), 'cloud-resume-docx-'));
      try {
        await writeFile(join(folder, 'resume.docx'), await docxFile(resume, settingsOf(resume), 'a4'));
        execFileSync(
          'soffice',
          [
            `-env:UserInstallation=file://${join(folder, 'profile')}`,
            '--headless',
            '--convert-to',
            'txt:Text (encoded):UTF8',
            '--outdir',
            folder,
            join(folder, 'resume.docx'),
          ],
          { stdio: 'ignore' },
        );
        const read = words(await readFile(join(folder, 'resume.txt'), 'utf8'));
        // Case and punctuation differ: the text has upper-case headings, DOCX has colons.
        assert.deepEqual(read, words(plainText(resume, settingsOf(resume))));
        assert.ok(read.length > 20);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  );

function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}
