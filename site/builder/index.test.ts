import assert from 'node:assert/strict';
import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { brotliCompressSync, constants } from 'node:zlib';
import { parse } from 'parse5';
import { COUNTER_PATH, type SiteManifest } from '../../contract/site-manifest.ts';
import { everyField } from '../testing/every-field.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { elementsOf } from './third-party-theme/needs.ts';
import { buildSite } from './index.ts';

const FIXTURES = 'test/fixtures/resumes';
const ENGINEER = `${FIXTURES}/engineer.json`;
const folder = await temporaryFolder();
let number = 0;

async function build(resume: unknown, options: { url?: string } = {}) {
  const directory = join(folder, String(++number));
  await mkdir(directory);
  const resumeFile = join(directory, 'resume.json');
  await writeFile(resumeFile, typeof resume === 'string' ? resume : JSON.stringify(resume));
  return buildFile(resumeFile, join(directory, 'site'), options);
}

async function buildFile(resumeFile: string, outDirectory: string, options: { url?: string } = {}) {
  const result = await buildSite({ resumeFile, outDirectory, pdf: false, ...options });
  const read = (path: string) => readFile(join(outDirectory, path), 'utf8');
  return { ...result, outDirectory, read, html: await read('index.html') };
}

describe('the page', () => {
  for (const name of ['engineer', 'sample']) {
    test(`of ${name}.json is at most 9,500 bytes with its styles, script and font`, async () => {
      const { html } = await buildFile(`${FIXTURES}/${name}.json`, join(folder, `size-${name}`));
      const bytes = brotliCompressSync(html, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
      assert.ok(bytes <= 9_500, `${bytes} bytes`);
      assert.doesNotMatch(
        html,
        /<(script|img|iframe)[^>]*\ssrc=|<link[^>]*rel="?(stylesheet|preload)|@import/,
      );
    });
  }

  test('contains the path of the WebSocket and the counter', async () => {
    const { html } = await build({ basics: { name: 'A' } });
    assert.ok(html.includes(`<meta name="counter-endpoint" content="${COUNTER_PATH}">`));
    assert.match(html, /data-counter="visits"/);
    assert.match(html, /data-counter="viewers"/);
  });

  test('shows HTML and scripts in text fields as text', async () => {
    const hostile = `<script>alert(1)</script><img src=x onerror=alert(2)>"' [x](javascript:alert(3)) <http://a"onx=1>`;
    const hostileResume = JSON.parse(
      JSON.stringify(everyField(), (_key, value: unknown) =>
        typeof value === 'string' && value.startsWith('Value') ? hostile : value,
      ),
    ) as unknown;
    const { html } = await build(hostileResume);
    const tags: string[] = [];
    for (const { tagName, attrs } of elementsOf(parse(html))) {
      tags.push(tagName);
      for (const { name, value } of attrs) {
        assert.doesNotMatch(name, /^on/);
        if (name === 'href') assert.doesNotMatch(value, /^\s*javascript:/i);
      }
    }
    assert.equal(tags.filter((tag) => tag === 'script').length, 2, 'our script and the JSON-LD only');
    assert.equal(tags.includes('img'), false);
    const [, jsonLd] = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(html)!;
    assert.doesNotThrow(() => JSON.parse(jsonLd!) as unknown);
  });

  test('describes the person for search engines', async () => {
    const { html } = await buildFile(ENGINEER, join(folder, 'own'));
    const [, jsonLd] = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(html)!;
    const person = JSON.parse(jsonLd!) as Record<string, unknown>;
    assert.equal(person['@type'], 'Person');
    assert.equal(person['name'], 'Inês Okafor');
    assert.match(html, /<link rel="canonical" href="https:\/\/okafor\.example\/">/);
    assert.match(
      html,
      /<meta property="og:image" content="https:\/\/okafor\.example\/card\.[0-9a-f]{8}\.png">/,
    );
  });

  test('the url option overrides the résumé', async () => {
    const { html, read } = await build(
      { basics: { name: 'A' }, meta: { site: { url: 'https://a.example' } } },
      { url: 'https://b.example/cv' },
    );
    assert.match(html, /<link rel="canonical" href="https:\/\/b\.example\/cv\/">/);
    assert.match(await read('sitemap.xml'), /<loc>https:\/\/b\.example\/cv\/<\/loc>/);
    assert.doesNotMatch(html, /a\.example/);
  });
});

describe('private fields', () => {
  test('appear in no file', async () => {
    const secret = (name: string) => `secret-${name}`;
    const { outDirectory } = await build({
      basics: {
        name: 'A',
        email: 'secret-mail@example.com',
        phone: secret('phone'),
        location: { address: secret('address'), city: 'Porto' },
        profiles: [
          { network: 'X', username: secret('profile') },
          { network: 'Y', username: 'seen' },
        ],
      },
      work: [
        { name: 'Seen', location: secret('place-1'), summary: secret('summary') },
        { name: 'Seen too', location: secret('place-2') },
        { name: secret('employer') },
      ],
      references: [{ name: secret('referee'), reference: secret('praise') }],
      salary: secret('unknown'),
      'x-note': secret('note'),
      meta: {
        site: {
          private: [
            'basics.email',
            'basics.phone',
            'basics.location.address',
            'basics.profiles[0]',
            'work[*].location',
            'work[0].summary',
            'work[2]',
            'references',
            'salary',
          ],
        },
      },
    });
    for (const path of await readdir(outDirectory)) {
      const text = await readFile(join(outDirectory, path), 'utf8');
      assert.doesNotMatch(text, /secret|private/, path);
    }
    const published = JSON.parse(await readFile(join(outDirectory, 'resume.json'), 'utf8')) as {
      work: unknown[];
    };
    assert.deepEqual(published.work, [{ name: 'Seen' }, { name: 'Seen too' }]);
  });
});

describe('the files', () => {
  test('are all listed in the manifest next to the folder', async () => {
    const { manifest, outDirectory } = await buildFile(ENGINEER, join(folder, 'own'));
    const found = (await readdir(outDirectory)).sort();
    assert.deepEqual(manifest.files.map(({ path, file }) => file ?? path).sort(), found);
    assert.deepEqual(JSON.parse(await readFile(`${outDirectory}.manifest.json`, 'utf8')), manifest);
  });

  test('are cached forever if and only if their name is hashed', async () => {
    const { manifest } = await buildFile(ENGINEER, join(folder, 'own'));
    for (const { path, cacheControl } of manifest.files)
      assert.equal(cacheControl.includes('immutable'), /\.[0-9a-f]{8}\.\w+$/.test(path), path);
  });

  test('are byte for byte reproducible', async () => {
    const first = await buildFile(ENGINEER, join(folder, 'first'));
    const second = await buildFile(ENGINEER, join(folder, 'second'));
    assert.deepEqual(first.manifest, second.manifest);
  });

  test('have a policy without unsafe sources', async () => {
    const { manifest, html } = await buildFile(ENGINEER, join(folder, 'own'));
    const policy = manifest.contentSecurityPolicy;
    assert.doesNotMatch(policy, /unsafe|\*/);
    assert.match(policy, /^default-src 'none'; script-src 'sha256-/);
    assert.ok(policy.includes(`connect-src 'self';`));
    assert.doesNotMatch(html, /<[^>]*\s(style|on\w+)=/);
  });

  test('include the photo under a hashed name', async () => {
    const directory = join(folder, 'photo');
    await mkdir(directory);
    await cp('test/fixtures/photos/blue-above-red.jpg', join(directory, 'me.jpg'));
    await writeFile(join(directory, 'r.json'), '{ "basics": { "name": "A", "image": "me.jpg" } }');
    const { html, manifest } = await buildFile(join(directory, 'r.json'), join(directory, 'site'));
    const photo = manifest.files.find(({ path }) => /^photo\.[0-9a-f]{8}\.webp$/.test(path));
    assert.equal(photo?.contentType, 'image/webp');
    assert.ok(html.includes(`<img src="${photo.path}"`));
  });
});

describe('the folder', () => {
  test('is replaced if an earlier build wrote it', async () => {
    const out = join(folder, 'again');
    await buildFile(`${FIXTURES}/sample.json`, out);
    const { html } = await buildFile(ENGINEER, out);
    assert.match(html, /Inês Okafor/);
    const rest = (await readdir(folder)).filter((name) => /^again[.]/.test(name));
    assert.deepEqual(rest, ['again.manifest.json']);
  });

  test('is refused and left alone if it contains other files', async () => {
    const out = join(folder, 'other-files');
    await mkdir(out);
    await writeFile(join(out, 'thesis.txt'), 'mine');
    await assert.rejects(buildFile(ENGINEER, out), {
      name: 'UserError',
      message: /contains files that no build wrote: thesis\.txt/,
    });
    assert.deepEqual(await readdir(out), ['thesis.txt']);
  });

  test('is refused if a file was added to the built ones', async () => {
    const out = join(folder, 'mixed');
    await buildFile(ENGINEER, out);
    await writeFile(join(out, 'thesis.txt'), 'mine');
    await assert.rejects(buildFile(ENGINEER, out), /thesis\.txt/);
  });

  test('stays unchanged if the résumé is invalid', async () => {
    const out = join(folder, 'kept');
    await buildFile(ENGINEER, out);
    const before = JSON.parse(await readFile(`${out}.manifest.json`, 'utf8')) as SiteManifest;
    const broken = join(folder, 'broken.json');
    await writeFile(broken, '{');
    await assert.rejects(buildFile(broken, out), { name: 'UserError' });
    assert.deepEqual(JSON.parse(await readFile(`${out}.manifest.json`, 'utf8')), before);
    assert.deepEqual((await readdir(out)).sort(), before.files.map(({ path, file }) => file ?? path).sort());
  });

  test('must not be a file', async () => {
    const out = join(folder, 'a-file');
    await writeFile(out, 'mine');
    await assert.rejects(buildFile(ENGINEER, out), /is a file, not a folder/);
    assert.equal(await readFile(out, 'utf8'), 'mine');
  });
});
