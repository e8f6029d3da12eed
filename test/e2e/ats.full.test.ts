/**
 * What a résumé parser gets back from resume.pdf and resume.docx: name, e-mail, phone, employers and dates, read from the plain text of the
 * files. ATS_REPORT=1 writes the table of docs/ats.md.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { buildSite } from '../../site/builder/index.ts';
import { formatDate } from '../../site/language/index.ts';
import { loadResume } from '../../site/resume/index.ts';
import { settingsOf } from '../../site/resume/settings.ts';
import { missingChromium } from '../support/chromium.ts';
import { missingPrograms } from '../support/tools.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FIXTURES = ['engineer', 'sample', 'stress', 'three-pages'];
const DOCUMENT = new URL('../../docs/ats.md', import.meta.url);
/** Ways to read: in the order of drawing, as pdf.js and PDFBox do; by position on the page; and the DOCX. */
const READERS: Record<string, (folder: string) => string> = {
  'PDF, drawing order': (folder) => pdfText(folder, '-raw'),
  'PDF, page layout': (folder) => pdfText(folder, '-layout'),
  DOCX: (folder) => {
    const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`;
    const file = join(folder, 'site', 'resume.docx');
    const args = [profile, '--headless', '--convert-to', 'txt:Text (encoded):UTF8', '--outdir', folder, file];
    execFileSync('soffice', args, { stdio: 'ignore' });
    return execFileSync('cat', [join(folder, 'resume.txt')], { encoding: 'utf8' });
  },
};

function pdfText(folder: string, mode: string): string {
  return execFileSync('pdftotext', [mode, join(folder, 'site', 'resume.pdf'), '-'], { encoding: 'utf8' });
}

describe('résumé parsers', { skip: missingChromium() || missingPrograms('pdftotext', 'soffice') }, () => {
  const folder = temporaryFolder();

  test('read back name, e-mail, phone, employers and dates', async (t) => {
    const rows: string[] = [];
    for (const fixture of FIXTURES) {
      const file = `test/fixtures/resumes/${fixture}.json`;
      await buildSite({ resumeFile: file, outDirectory: join(folder, 'site') });
      const { resume } = await loadResume(file);
      const { basics = {}, work = [] } = resume;
      const { language } = settingsOf(resume);
      for (const [reader, read] of Object.entries(READERS)) {
        const text = read(folder);
        const lines = text.split('\n').map((line) => line.replace(/\s+/g, ' ').trim());
        const found = {
          name: lines.find(Boolean) === basics.name ? 1 : 0,
          email: /[\w.+-]+@[\w-]+\.[\w.]+/.exec(text)?.[0] === basics.email ? 1 : 0,
          phone: /\+?\(?\d[\d ()./-]{6,}\d/.exec(text)?.[0] === basics.phone ? 1 : 0,
          employers: work.filter(({ name = '' }) => lines.some((line) => line.includes(name))).length,
          // A start date counts if it is on the line of its position, or on the next one.
          dates: work.filter(({ position = '', startDate = '' }) =>
            lines.some((line, index) => {
              const date = formatDate(language, startDate);
              return line.includes(position) && `${line} ${lines[index + 1]}`.includes(date);
            }),
          ).length,
        };
        const score = [
          found.name,
          found.email,
          found.phone,
          `${found.employers}/${work.length}`,
          `${found.dates}/${work.length}`,
        ];
        const row = `| ${fixture} | ${reader} | ${score.join(' | ')} |`;
        t.diagnostic(row);
        rows.push(row);
        assert.deepEqual(
          score,
          [1, 1, 1, `${work.length}/${work.length}`, `${work.length}/${work.length}`],
          row,
        );
      }
    }
    const text = await readFile(DOCUMENT, 'utf8');
    const table = `<!-- table -->\n\n| résumé | read from | name | e-mail | phone | employers | dates |\n|---|---|---|---|---|---|---|\n${rows.join('\n')}\n\n<!-- end of table -->`;
    const updated = text.replace(/<!-- table -->[^]*<!-- end of table -->/, () => table);
    if (process.env['ATS_REPORT'] === '1') await writeFile(DOCUMENT, updated);
    else assert.equal(text, updated, 'docs/ats.md is out of date: run this test with ATS_REPORT=1');
  });
});
