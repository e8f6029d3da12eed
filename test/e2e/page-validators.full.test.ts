import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { missingChromium } from '../support/chromium.ts';
import { missingPrograms, tool } from '../support/tools.ts';
import { lighthouse } from './page-lighthouse.ts';
import { pageSite, type PageSite } from './page-site.ts';

const run = promisify(execFile);
const FIXTURES = 'test/fixtures/resumes';
const RESUMES = ['engineer', 'stress', 'arabic'].map((name) => `${FIXTURES}/${name}.json`);

describe('the markup', () => {
  const sites: PageSite[] = [];
  before(async () => {
    for (const resumeFile of RESUMES) sites.push(await pageSite({ resumeFile }));
  });
  after(() => Promise.all(sites.map((site) => site.close())));
  const pages = () =>
    sites.flatMap(({ directory }) => [join(directory, 'index.html'), join(directory, '404.html')]);

  test('passes html-validate', async () => {
    const folder = await tool('html-validate', '11.18.0');
    const { HtmlValidate } = (await import(pathToFileURL(join(folder, 'dist/esm/index.js')).href)) as {
      HtmlValidate: new (config: unknown) => {
        validateString(
          html: string,
        ): Promise<{ results: { messages: { ruleId: string; message: string; line: number }[] }[] }>;
      };
    };
    const checker = new HtmlValidate({
      extends: ['html-validate:standard'],
      // A lower-case doctype is valid.
      rules: { 'doctype-style': 'off' },
    });
    for (const file of pages()) {
      const { results } = await checker.validateString(await readFile(file, 'utf8'));
      assert.deepEqual(
        results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`)),
        [],
      );
    }
  });

  test('passes the Nu checker', { skip: missingPrograms('java') }, async () => {
    const folder = await tool('vnu-jar', '26.9.27');
    const { stdout, stderr } = await run(
      'java',
      ['-jar', join(folder, 'build/dist/vnu.jar'), '--format', 'json', ...pages()],
      { maxBuffer: 1e7 },
    ).catch((error: unknown) => error as { stdout: string; stderr: string });
    const { messages } = JSON.parse(stderr || stdout) as {
      messages: { type: string; message: string; extract?: string }[];
    };
    const errors = messages
      .filter(({ type }) => type === 'error')
      .map(({ message, extract }) => `${message} ${extract}`);
    assert.deepEqual(errors, []);
  });
});

describe('Lighthouse on a phone', { skip: missingChromium() }, () => {
  let site: PageSite;
  before(async () => {
    site = await pageSite({ resumeFile: `${FIXTURES}/engineer.json` });
    site.answer({ count: 12_408, viewers: 3, rev: 7 });
  });
  after(() => site.close());

  // Speed depends on the machine; bench/paint.ts measures it. page.test.ts checks that nothing shifts.
  test('scores 100 for accessibility, best practices and SEO', async () => {
    const categories = ['accessibility', 'best-practices', 'seo'];
    const { scores, failed } = await lighthouse(site.url, categories);
    assert.deepEqual(failed, []);
    assert.deepEqual(scores, { accessibility: 1, 'best-practices': 1, seo: 1 });
  });
});
