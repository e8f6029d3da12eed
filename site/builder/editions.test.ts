import assert from 'node:assert/strict';
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { buildSite } from './index.ts';

const folder = await temporaryFolder();
const outDirectory = join(folder, 'site');
const resumeFile = 'test/fixtures/editions/resume.json';
const site = await buildSite({ resumeFile, outDirectory, pdf: false });
const paths = site.manifest.files.map(({ path }) => path);
const page = (path: string) => Buffer.from(site.contents.get(path)!).toString();

/** Everything that the file says. */
function textOf(path: string): string {
  const content = site.contents.get(path)!;
  if (!path.endsWith('.docx')) return Buffer.from(content).toString();
  return Object.values(unzipSync(content))
    .map((entry) => strFromU8(entry))
    .join('\n');
}

/** The page and the files of an edition. */
function filesOf(edition: string): string[] {
  return paths.filter((path) => path === edition || path.includes(`.${edition}.`));
}

describe('languages', () => {
  test('each has a page, in a .html file on disk, and its own files', async () => {
    assert.deepEqual(filesOf('de').sort(), [
      'contact.de.vcf',
      'de',
      'resume.de.docx',
      'resume.de.json',
      'resume.de.md',
      'resume.de.txt',
    ]);
    const file = site.manifest.files.find(({ path }) => path === 'de');
    assert.equal(file?.file, 'de.html');
    assert.equal(file?.contentType, 'text/html; charset=utf-8');
    assert.ok((await readdir(outDirectory)).includes('de.html'));
    assert.match(page('de'), /<html lang="de">.*Berufserfahrung/s);
    assert.match(page('ar'), /<html lang="ar" dir="rtl">/);
    assert.match(page('de'), /href="resume\.de\.txt"/);
  });

  test('each names all languages for search engines', () => {
    for (const path of ['index.html', 'de', 'ar']) {
      const links = [...page(path).matchAll(/<link rel="alternate" hreflang="([^"]*)" href="([^"]*)">/g)];
      assert.deepEqual(
        links.map(([, language, href]) => [language, href]),
        [
          ['en', 'https://ada.example/'],
          ['ar', 'https://ada.example/ar'],
          ['de', 'https://ada.example/de'],
          ['x-default', 'https://ada.example/'],
        ],
      );
    }
    assert.match(page('de'), /<link rel="canonical" href="https:\/\/ada\.example\/de">/);
    assert.match(page('sitemap.xml'), /<loc>https:\/\/ada\.example\/de<\/loc>.*hreflang="ar"/);
  });

  test('the switch leads to the other languages by relative links', () => {
    const links = (path: string) => [...page(path).matchAll(/<li><a href="([^"]*)" hreflang[^>]*>([^<]*)/g)];
    assert.deepEqual(
      links('index.html').map(([, href, name]) => [href, name]),
      [
        ['ar', 'العربية'],
        ['de', 'Deutsch'],
      ],
    );
    assert.deepEqual(
      links('de').map(([, href, name]) => [href, name]),
      [
        ['./', 'English'],
        ['ar', 'العربية'],
      ],
    );
  });

  test('the main file sets hue and URL for all', () => {
    for (const path of ['index.html', 'de', 'ar']) assert.match(page(path), /--hue:\s*270/);
  });

  test('a private path without a match in another language is reported', () => {
    assert.match(
      site.warnings.join('\n'),
      /resume\.ar\.yaml: nothing matches basics\.phone, which resume\.json hides/,
    );
  });
});

test('editions with the same name share one style sheet, which keeps the policy short', () => {
  const styles = ['index.html', 'de', 'consulting', 'science'].map(
    (path) => /<style>[^]*?<\/style>/.exec(page(path))![0],
  );
  assert.equal(new Set(styles).size, 1);
});

describe('variants', () => {
  test('have their own label, summary and order', () => {
    assert.match(page('consulting'), /<title>Ada Byron – Consultant<\/title>/);
    assert.match(page('consulting'), /Advises makers of engines\./);
    assert.ok(page('consulting').indexOf('id="skills"') < page('consulting').indexOf('id="work"'));
    assert.match(page('science'), /<title>Ada Byron – Programmer<\/title>/);
  });

  test('are unlisted: no other file names them, and search engines list none of their files', () => {
    const variants = ['consulting', 'science'];
    for (const variant of variants) {
      const own = filesOf(variant);
      assert.equal(own.length, 7, own.join());
      assert.match(page(variant), /<meta name="robots" content="noindex">/);
      assert.doesNotMatch(page(variant), /rel="(canonical|alternate)"/);
      for (const path of paths.filter((path) => !own.includes(path)))
        assert.ok(!textOf(path).includes(variant), `${path} mentions ${variant}`);
    }
    const unlisted = site.manifest.files.filter(({ headers }) => headers?.['x-robots-tag'] === 'noindex');
    assert.deepEqual(unlisted.map(({ path }) => path).sort(), variants.flatMap(filesOf).sort());
  });
});

describe('what is hidden', () => {
  const shows = (path: string, text: string) => textOf(path).includes(text);

  test('private fields are in no file of any edition', () => {
    for (const path of paths) assert.ok(!shows(path, 'secret-'), path);
    for (const path of filesOf('de')) assert.ok(!shows(path, 'Mathematik'), path);
  });

  test('what a variant hides is in none of its files, and in the main edition', () => {
    for (const path of filesOf('consulting')) assert.ok(!shows(path, 'hidden-'), path);
    for (const text of ['hidden-summary', 'hidden-employer', 'hidden-skill', 'hidden-referee'])
      assert.ok(shows('index.html', text), text);
    assert.ok(shows('consulting', 'Difference Engines'));
  });

  test('a variant with "show" has nothing else', () => {
    for (const path of filesOf('science'))
      assert.doesNotMatch(textOf(path), /hidden-(employer|referee|praise)|Difference Engines/, path);
    for (const text of ['Analytical Engines', 'Mathematics', 'hidden-skill'])
      assert.ok(shows('science', text));
  });
});

describe('mistakes', () => {
  let number = 0;
  async function build(variants: unknown, files: Record<string, object> = {}) {
    const directory = join(folder, `mistake-${++number}`);
    await mkdir(directory);
    const resume = { basics: { name: 'A' }, work: [{ name: 'B' }], meta: { site: { variants } } };
    for (const [name, content] of Object.entries({ 'resume.json': resume, ...files }))
      await writeFile(join(directory, name), JSON.stringify(content));
    const options = { resumeFile: join(directory, 'resume.json'), outDirectory: join(directory, 'site') };
    return buildSite({ ...options, pdf: false });
  }
  const named = { basics: { name: 'A' } };
  const variant = { name: 'V', path: 'v' };

  for (const [what, variants, message] of [
    ['no path', [{ name: 'V' }], /variants\[0\] has no path/],
    ['no name', [{ path: 'v' }], /variants\[0\] has no name/],
    [
      'a reserved path',
      [{ ...variant, path: 'how' }],
      /variants\[0\]\.path is "how", which the site uses itself/,
    ],
    ['an odd path', [{ ...variant, path: '../x' }], /must be lower-case letters/],
    ['the same path twice', [variant, variant], /variants\[1\]\.path repeats "v"/],
    [
      'a misspelt key',
      [{ ...variant, hid: [] }],
      /variants\[0\]\.hid is not a setting[^]*Did you mean "hide"/,
    ],
    [
      'a wrong path to hide',
      [{ ...variant, hide: ['work[7]'] }],
      /hide\[0\] is "work\[7\]", which is not in the résumé/,
    ],
    ['the name hidden', [{ ...variant, hide: ['basics.name'] }], /A page needs a name/],
    ['a field to show', [{ ...variant, show: ['work[0].name'] }], /Name sections and entries/],
    ['no section in order', [{ ...variant, order: ['job'] }], /order\[0\] is "job", which is not a section/],
    ['no list', 'v', /variants is "v", but must be a list/],
  ] as const) {
    test(`rejects ${what}`, async () => {
      await assert.rejects(build(variants), (error: Error) => message.test(error.message));
    });
  }

  test('rejects a variant with the path of a language', async () => {
    const built = build([{ name: 'V', path: 'de' }], { 'resume.de.json': named });
    await assert.rejects(built, /resume\.de\.json and the variant "V" both have the path \/de\./);
  });

  test('leaves out a second file in the main language', async () => {
    const { manifest, warnings } = await build([], { 'resume.en.json': named });
    assert.match(warnings.join('\n'), /resume\.en\.json is in en, like resume\.json: it is left out\./);
    assert.equal(
      manifest.files.some(({ path }) => path === 'en'),
      false,
    );
  });

  test('files that do not name a language are not editions', async () => {
    const { manifest } = await build([], { 'resume.old.json': named, 'resume.private.json': named });
    assert.ok(!manifest.files.some(({ path }) => /old|private/.test(path)));
  });
});

test('an earlier site with editions is replaced', async () => {
  await cp(resumeFile, join(folder, 'resume.json'));
  const built = await buildSite({ resumeFile: join(folder, 'resume.json'), outDirectory, pdf: false });
  assert.ok(!built.manifest.files.some(({ path }) => path === 'de'));
  assert.ok(!(await readdir(outDirectory)).includes('de.html'));
});
