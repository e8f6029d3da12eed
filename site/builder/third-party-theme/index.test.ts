import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { COUNTER_PATH } from '../../../contract/site-manifest.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { buildSite } from '../index.ts';
import { hashSource } from '../policy.ts';
import { neutral, withoutTags } from './untrusted-text.ts';

const folder = await temporaryFolder();
const resumeFile = join(folder, 'resume.json');
await writeFile(
  resumeFile,
  JSON.stringify({
    basics: { name: 'A & B', phone: 'secret' },
    work: [{ company: 'Old key' }],
    openSource: [{ name: 'A library' }],
    meta: { site: { private: ['basics.phone'], sections: ['openSource'] } },
  }),
);

let number = 0;

/** Writes a theme package that renders `html` or consists of `code`. */
async function theme({
  html = '',
  code,
  manifest = {},
}: {
  html?: string;
  code?: string;
  manifest?: object;
}) {
  const directory = join(folder, `theme-${++number}`);
  await mkdir(directory);
  await writeFile(join(directory, 'package.json'), JSON.stringify({ name: 'theme', ...manifest }));
  const module =
    code ?? `exports.render = (resume) => ${JSON.stringify(html)}.replace('RESUME', JSON.stringify(resume));`;
  await writeFile(join(directory, 'index.js'), module);
  return directory;
}

async function build(packageFolder: string) {
  const outDirectory = join(folder, `site-${number}`);
  const result = await buildSite({ resumeFile, outDirectory, theme: packageFolder, pdf: false });
  return { ...result, html: await readFile(join(outDirectory, 'index.html'), 'utf8') };
}

test('adds the counter, its script and the endpoint', async () => {
  const { html, manifest } = await build(
    await theme({ html: '<html><head><title>T</title></head><body><h1>Hi</h1></body></html>' }),
  );
  assert.match(html, /<h1>Hi<\/h1>/);
  assert.match(html, /data-counter="visits"/);
  assert.match(html, /data-counter="viewers"/);
  assert.ok(html.includes(`<meta name="counter-endpoint" content="${COUNTER_PATH}">`));
  const [, script] = /<script>(.*?)<\/script>/s.exec(html)!;
  assert.ok(manifest.contentSecurityPolicy.includes(hashSource(script!)));
});

test('passes the public résumé, including keys that are not in the schema', async () => {
  const { html } = await build(await theme({ html: '<p>RESUME</p>' }));
  assert.match(html, /Old key/);
  assert.doesNotMatch(html, /secret|private/);
});

test('gets the entries of custom sections as projects, which a warning says', async () => {
  const code = `exports.render = ({ projects }) => projects.map(({ type, name }) => type + ': ' + name).join()`;
  const { html, warnings } = await build(await theme({ code }));
  assert.match(html, /Open source: A library/);
  assert.match(warnings.join(), /it shows Open source among the projects\./);
});

test('the policy allows exactly what the page does, and a warning names third parties', async () => {
  const { manifest, warnings } = await build(
    await theme({
      html: `<head><script>one()</script><style>@import url(//fonts.googleapis.com/css?family=Lato);</style>
<link rel="stylesheet" href="https://cdn.example/a.css"></head>
<body onload="two()"><p style="color:red">x</p><script src="https://js.example/a.js"></script><img src="//img.example/a.png"><img src="local.png"></body>`,
    }),
  );
  const directives = new Map(
    manifest.contentSecurityPolicy.split('; ').map((directive): [string, string] => {
      const [name, ...sources] = directive.split(' ');
      return [name!, sources.join(' ')];
    }),
  );
  assert.ok(directives.get('script-src')!.includes(hashSource('one()')));
  assert.ok(directives.get('script-src')!.includes(`'unsafe-hashes' ${hashSource('two()')}`));
  assert.match(directives.get('script-src')!, /js\.example/);
  assert.ok(directives.get('style-src')!.includes(hashSource('color:red')));
  assert.match(directives.get('style-src')!, /fonts\.googleapis\.com.*cdn\.example/);
  assert.match(directives.get('img-src')!, /img\.example/);
  assert.match(directives.get('font-src')!, /fonts\.gstatic\.com/);
  assert.doesNotMatch(manifest.contentSecurityPolicy, /unsafe-inline|unsafe-eval|\*/);
  assert.match(
    warnings.join('\n'),
    /loads from third parties: cdn\.example, fonts\.googleapis\.com, fonts\.gstatic\.com, img\.example, js\.example\./,
  );
  assert.match(warnings.join('\n'), /refers to files that it does not include: local\.png\./);
});

test('loads ES modules and packages with exports', async () => {
  const directory = await theme({
    code: 'exports.render = () => { throw new Error("the wrong entry") }',
    manifest: { exports: { '.': { import: { default: './entry.mjs' }, require: './index.js' } } },
  });
  await writeFile(join(directory, 'entry.mjs'), 'export const render = async () => "<p>from the module</p>"');
  assert.match((await build(directory)).html, /from the module/);
});

for (const [what, code, message, remedy] of [
  ['exports no render function', 'exports.paint = 1', /is not a JSON Resume theme/, /Choose another/],
  ['cannot be loaded', 'require("no-such-thing")', /cannot be loaded: Cannot find module/, /Reinstall it/],
  [
    'fails',
    'exports.render = () => { throw new Error("work is not iterable") }',
    /failed on this résumé: work is not iterable/,
    /without --theme/,
  ],
  [
    'is not installed',
    undefined,
    /jsonresume-theme-no-such-theme is not installed/,
    /npm install jsonresume-theme-no-such-theme/,
  ],
] as const)
  test(`reports a theme that ${what}`, async () => {
    const built = build(code ? await theme({ code }) : 'no-such-theme');
    await assert.rejects(built, { name: 'UserError', message, remedy });
  });

describe('text of the résumé in a theme that does not escape', () => {
  for (const [text, expected] of [
    ['<script>x</script>', 'script>x/script>'],
    ['<<<img src=x>', 'img src=x>'],
    ['<!-- x --><?xml?>', '!-- x -->?xml?>'],
    ['ends with <', 'ends with '],
    ['a < b, x <3, <- &lt;b&gt;', 'a < b, x <3, <- &lt;b&gt;'],
  ] as const) {
    test(`${text} loses only what could open a tag`, () => {
      assert.deepEqual(withoutTags({ list: [text, 1, null] }), { list: [expected, 1, null] });
    });
  }

  test('neutral text keeps the shape, dates, country codes and options', () => {
    const work = [{ name: 'A', startDate: '2020-01', highlights: ['b', 'c'], url: 'https://a.example' }];
    const resume = { basics: { email: 'a@b.example', location: { countryCode: 'PT' } }, work };
    assert.deepEqual(neutral({ ...resume, meta: { color: '#fff', note: 'a b' } }), {
      basics: { email: 'name@example.com', location: { countryCode: 'PT' } },
      work: [
        {
          name: 'Text',
          startDate: '2020-01',
          highlights: ['Text', 'Text'],
          url: 'https://example.com/',
        },
      ],
      meta: { color: '#fff', note: 'Text' },
    });
  });

  test('code from the text is removed and named, code of the theme stays', async () => {
    const code = `exports.render = ({ basics }) => '<script>known()</script><script>reveal("' + basics.name + '")</script>'
      + '<p onclick="known()" onfocus="reveal(1, ' + basics.name + ')">x</p>'
      + '<script type="application/ld+json">{"name":"' + basics.name + '"}</script>'
      + '<script src="https://' + basics.name.length + '.example/a.js"></script>';`;
    const { html, manifest, warnings } = await build(await theme({ code }));
    assert.match(html, /<script>known\(\)<\/script>/);
    assert.match(html, /<p onclick="known\(\)">/);
    assert.match(html, /"application\/ld\+json">\{"name":"A & B"\}/);
    assert.doesNotMatch(html, /reveal\(|\/a\.js/);
    const policy = manifest.contentSecurityPolicy;
    assert.ok(policy.includes(hashSource('known()')));
    assert.ok(!policy.includes(hashSource('reveal("A & B")')));
    assert.doesNotMatch(policy, /5\.example/);
    assert.match(
      warnings.join('\n'),
      /turns text of the résumé into code\. It was removed from the page: <script> reveal\("A & B"\), onfocus="reveal\(1, A & B\)", <script> https:\/\/5\.example\/a\.js/,
    );
  });
});
