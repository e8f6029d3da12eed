/** Every text of every fixture is on paper, in the PDF's own text. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { missingChromium } from '../../test/support/chromium.ts';
import { missingPrograms } from '../../test/support/tools.ts';
import { loadResume } from '../resume/index.ts';
import { comparable, isNoted, shownLeaves } from '../testing/leaves.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { buildSite } from './index.ts';

const FIXTURES = 'test/fixtures/resumes';
const RTL = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;
const folder = await temporaryFolder();
const skip = missingChromium() || missingPrograms('pdftotext');

for (const name of await readdir(FIXTURES)) {
  test(`${name}: everything is in the PDF`, { skip }, async () => {
    const resumeFile = join(FIXTURES, name);
    const { resume, warnings } = await loadResume(resumeFile);
    const outDirectory = join(folder, name);
    await buildSite({ resumeFile, outDirectory });
    const { stdout } = await promisify(execFile)('pdftotext', [
      '-raw',
      join(outDirectory, 'resume.pdf'),
      '-',
    ]);
    const text = comparable(stdout);
    const printed = letters(stdout);
    const lost = shownLeaves(resume).filter(({ path, text: leaf }) => {
      // The page shows web addresses without their scheme.
      if (isNoted(path, warnings) || text.includes(leaf.replace(/^https?:\/\/(www\.)?/, ''))) return false;
      // pdftotext reorders what runs from right to left and splits words at joiners: only the letters are compared.
      return !RTL.test(leaf) || ![...letters(leaf)].every((letter) => printed.includes(letter));
    });
    assert.deepEqual(lost, []);
  });
}

function letters(word: string): string {
  return [
    ...comparable(word)
      .normalize('NFKD')
      .replace(/[^\p{L}\p{N}]/gu, ''),
  ]
    .sort()
    .join('');
}
