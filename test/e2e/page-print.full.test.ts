import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { buildSite } from '../../site/builder/index.ts';
import { printedFrom } from '../../site/builder/files/pdf.ts';
import { missingChromium } from '../support/chromium.ts';
import { missingPrograms } from '../support/tools.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FIXTURES = 'test/fixtures/resumes';
const ENGINEER = `${FIXTURES}/engineer.json`;
const PRINTED: [resumeFile: string, paper: 'a4' | 'letter'][] = [
  [ENGINEER, 'a4'],
  [ENGINEER, 'letter'],
  [`${FIXTURES}/sample.json`, 'a4'],
  [`${FIXTURES}/three-pages.json`, 'letter'],
  [`${FIXTURES}/stress.json`, 'a4'],
];
const run = promisify(execFile);

/** The text in document order, as printed. */
function printedText(html: string): string {
  return html
    .replace(/<nav .*?<\/nav>/g, '')
    .replace(/<\/?(bdi|wbr)[^>]*>/g, '')
    .replace(/<a href="(http[^"]*)">([^<]*)<\/a>/g, '$2 $1')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&amp;', '&')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
}

/** Ignores what a line break changes: spaces, separators, and hyphens, which pdftotext removes at the end of a line. */
function normalized(text: string): string {
  return text.replace(/[·•–\s\f-]+/g, '');
}

/** Compares long texts and fails with the first difference only. */
function assertSameText(actual: string, expected: string): void {
  let index = 0;
  while (index < expected.length && actual[index] === expected[index]) index++;
  assert.equal(actual.slice(index, index + 80), expected.slice(index, index + 80));
}

describe('resume.pdf', { skip: missingChromium() || missingPrograms('pdftotext') }, () => {
  const folder = temporaryFolder();

  for (const [resumeFile, paper] of PRINTED) {
    test(`${basename(resumeFile)} on ${paper}: every word once, in order, no split entry, no nearly empty page`, async () => {
      const outDirectory = join(folder, `${basename(resumeFile, '.json')}-${paper}`);
      const { warnings } = await buildSite({ resumeFile, outDirectory, paper });
      assert.deepEqual(warnings, []);
      const pdf = join(outDirectory, 'resume.pdf');
      // In the order of drawing, as PDFBox, pdf.js and most résumé parsers read it.
      const { stdout } = await run('pdftotext', ['-raw', pdf, '-']);

      const html = await readFile(join(outDirectory, 'index.html'), 'utf8');
      const [, main] = /<main[^>]*>(.*)<\/main>/s.exec(html)!;
      assertSameText(normalized(stdout), normalized(printedText(main!)));

      const pages = stdout.split('\f').slice(0, -1);
      const entries = html.match(/<article>(?:(?!<article).)*?<\/article>/gs)!;
      assert.ok(entries.length > 5);
      for (const entry of entries.map((article) => normalized(printedText(article))))
        assert.ok(
          pages.some((page) => normalized(page).includes(entry)),
          `split across pages: ${entry}`,
        );
      const last = pages.at(-1)!.trim().split('\n').filter(Boolean);
      assert.ok(last.length >= 3, `the last page contains only: ${last.join(' / ')}`);
      const headings = [...html.matchAll(/<h[23][^>]*>(.*?)<\/h/g)];
      const titles = new Set(headings.map(([, text]) => text!.replace(/<[^>]*>/g, '').trim()));
      for (const page of pages) {
        const end = page.trim().split('\n').filter(Boolean).at(-1)!;
        assert.ok(!titles.has(end.trim()), `a heading ends a page: ${end}`);
      }
      const { stdout: info } = await run('pdfinfo', [pdf]);
      assert.match(info, paper === 'a4' ? /Page size: .*A4/ : /Page size: .*letter/);
      assert.match(info, /Tagged: +yes/);
    });
  }

  for (const { jobs, expected, note } of [
    { jobs: 6, expected: 1, note: /^$/ },
    {
      jobs: 14,
      expected: 2,
      note: /has 2 pages even at 9 pt, and meta\.site\.pages is 1\. It would fit without Experience/,
    },
  ])
    test(`meta.site.pages: 1 with ${jobs} jobs gives ${expected} pages`, async () => {
      const highlights = ['Wrote the first version', 'Kept it running', 'Handed it over'];
      const work = Array.from({ length: jobs }, (_, job) => ({
        name: `Company ${job}`,
        position: 'Engineer',
        highlights,
      }));
      const resume = { basics: { name: 'Ada Byron' }, work, meta: { site: { pages: 1 } } };
      const resumeFile = join(folder, `pages-${jobs}.json`);
      await writeFile(resumeFile, JSON.stringify(resume));
      const outDirectory = join(folder, `pages-${jobs}`);
      for (const attempt of ['printed', 'reused']) {
        const { warnings } = await buildSite({ resumeFile, outDirectory });
        assert.match(warnings.join(), note, attempt);
      }
      const { stdout } = await run('pdfinfo', [join(outDirectory, 'resume.pdf')]);
      assert.match(stdout, new RegExp(`Pages: +${expected}\\n`));
    });

  test('a list of short entries starts on the page that has room for it', async () => {
    const resumeFile = join(folder, 'short-entries.json');
    const resume = {
      basics: { name: 'Ada Byron' },
      work: [{ name: 'Engines', highlights: Array.from({ length: 30 }, (_, note) => `Wrote note ${note}`) }],
      publications: Array.from({ length: 15 }, (_, paper) => ({
        name: `Paper ${paper}`,
        publisher: 'Memoirs',
      })),
    };
    await writeFile(resumeFile, JSON.stringify(resume));
    await buildSite({ resumeFile, outDirectory: join(folder, 'short-entries') });
    const pdf = join(folder, 'short-entries', 'resume.pdf');
    const { stdout } = await run('pdftotext', ['-l', '1', pdf, '-']);
    assert.match(stdout, /Wrote note 29[^]*Paper 0\b/);
    assert.doesNotMatch(stdout, /Paper 14/);
  });

  test('the text font comes from npm, not from this machine', async () => {
    const { stdout } = await run('pdffonts', [join(folder, 'engineer-a4', 'resume.pdf')]);
    const fonts = stdout.trim().split('\n').slice(2);
    assert.ok(fonts.length >= 2);
    for (const font of fonts) assert.match(font, /\+Source(Sans|Serif).* TrueType .* yes +yes +yes /);
  });

  test('private fields are not printed', async () => {
    const resumeFile = join(folder, 'private.json');
    const resume = {
      basics: { name: 'Ada Byron', phone: '+44 555 0100' },
      work: [{ name: 'Engines', summary: 'Confidential' }],
      meta: { site: { private: ['basics.phone', 'work[*].summary'] } },
    };
    await writeFile(resumeFile, JSON.stringify(resume));
    const outDirectory = join(folder, 'private');
    await buildSite({ resumeFile, outDirectory });
    const { stdout } = await run('pdftotext', [join(outDirectory, 'resume.pdf'), '-']);
    assert.match(stdout, /Ada Byron[^]*Engines/);
    assert.doesNotMatch(stdout, /555|Confidential/);
  });

  test('what an edition hides is not in its PDF', async () => {
    const outDirectory = join(folder, 'editions');
    await buildSite({ resumeFile: 'test/fixtures/editions/resume.json', outDirectory });
    const text = async (edition: string) =>
      (await run('pdftotext', [join(outDirectory, `resume${edition}.pdf`), '-'])).stdout;
    const [main, de, ar, consulting, science] = await Promise.all(
      ['', '.de', '.ar', '.consulting', '.science'].map(text),
    );
    for (const pdf of [main, de, ar, consulting, science]) assert.doesNotMatch(pdf!, /secret-/);
    assert.match(main!, /hidden-employer[^]*hidden-referee/);
    assert.doesNotMatch(consulting!, /hidden-/);
    assert.match(consulting!, /Difference Engines/);
    assert.doesNotMatch(science!, /hidden-(employer|referee)|Difference Engines/);
  });

  test('the same page is printed once, a changed page again', async () => {
    const outDirectory = join(folder, 'again');
    const resumeFile = join(folder, 'again.json');
    await writeFile(resumeFile, JSON.stringify({ basics: { name: 'Ada Byron' } }));
    const build = async (paper: 'a4' | 'letter') => {
      await buildSite({ resumeFile, outDirectory, paper });
      return readFile(join(outDirectory, 'resume.pdf'));
    };
    const first = await build('a4');
    process.env['CHROMIUM_PATH'] = '/bin/false';
    try {
      assert.deepEqual(await build('a4'), first);
    } finally {
      delete process.env['CHROMIUM_PATH'];
    }
    const letter = await build('letter');
    assert.notDeepEqual(letter, first);
    assert.notEqual(printedFrom(letter), printedFrom(first));
    assert.match(printedFrom(first), /^[0-9a-f]{64}$/);
    assert.deepEqual(await build('a4'), first, 'printing is reproducible');
  });

  test('without a browser the site has no PDF, and the page does not offer it', async () => {
    const outDirectory = join(folder, 'none');
    process.env['CHROMIUM_PATH'] = '/bin/false';
    try {
      const { warnings, manifest } = await buildSite({ resumeFile: ENGINEER, outDirectory });
      assert.match(warnings.join(), /resume\.pdf was not made/);
      assert.ok(!manifest.files.some(({ path }) => path === 'resume.pdf'));
    } finally {
      delete process.env['CHROMIUM_PATH'];
    }
    assert.doesNotMatch(await readFile(join(outDirectory, 'index.html'), 'utf8'), /resume\.pdf/);
  });
});
