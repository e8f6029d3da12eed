import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readDate, splitRange } from './dates.ts';
import { readHtml } from './html.ts';
import { normalise } from './index.ts';
import { isEmail, readUrl } from './links.ts';

const LONG_TEXT =
  'They built the whole system with great care and always had time to explain to everyone how and why it works.';

/** The résumé as it is read, without the name that every one of these has. */
function read(input: Record<string, unknown>): { resume: Record<string, unknown>; notes: string[] } {
  const { resume, notes } = normalise({ basics: { name: 'A' }, ...input });
  const { basics, ...rest } = resume;
  const { name: _name, ...more } = basics ?? {};
  return {
    resume: { ...(Object.keys(more).length && { basics: more }), ...rest },
    notes: notes.map(({ message }) => message),
  };
}

describe('dates', () => {
  for (const [written, expected] of Object.entries({
    '2021': '2021',
    '2021/07': '2021-07',
    '2023-9-28': '2023-09-28',
    '07/2025': '2025-07',
    '2020.3': '2020-03',
    'Aug. 2011': '2011-08',
    'August 2011': '2011-08',
    'Aug 5th, 2011': '2011-08-05',
    '5 August 2011': '2011-08-05',
    'Sept 2019': '2019-09',
    'août 2011': '2011-08',
    'agosto de 2011': '2011-08',
    'März 2012': '2012-03',
    'Dezember 2012': '2012-12',
    '2013-01-01T00:00:00.000Z': '2013-01-01',
    '2019年8月': '2019-08',
    '2019년 8월 3일': '2019-08-03',
    '24.12.2019': '2019-12-24',
    '13/04/2020': '2020-04-13',
    '04/13/2020': '2020-04-13',
    '03/03/2020': '2020-03-03',
    '٢٠٢٠': '2020',
    'август 2019': '2019-08',
  })) {
    test(`${written} is ${expected}`, () => assert.deepEqual(readDate(written), { iso: expected }));
  }

  for (const [written, why] of Object.entries({
    '03/04/2020': 'ambiguous',
    '2013-19-39': 'impossible',
    '2023-02-29': 'impossible',
    'Summer 2019': 'unreadable',
    "Aug '11": 'unreadable',
  })) {
    test(`${written} stays as it is: ${why}`, () =>
      assert.deepEqual(readDate(written), { text: written, why }));
  }

  for (const written of ['Present', 'now', 'till now', 'Current', 'heute', '至今', '현재', "Aujourd'hui"])
    test(`${written} is ongoing`, () => assert.deepEqual(readDate(written), { present: true }));

  for (const [written, expected] of Object.entries({
    '2019 – 2021': ['2019', '2021'],
    '2019-2021': ['2019', '2021'],
    'Jan 2019 - Present': ['Jan 2019', 'Present'],
    '2013~至今': ['2013', '至今'],
    '2016--2021': ['2016', '2021'],
    '2019-01': undefined,
  })) {
    test(`${written} is ${expected ? 'two dates' : 'one date'}`, () =>
      assert.deepEqual(splitRange(written), expected));
  }
});

describe('URLs', () => {
  for (const [written, expected] of Object.entries({
    'https://a.example/b': { url: 'https://a.example/b' },
    'example.com/me': { completed: 'https://example.com/me' },
    'www.example.com': { completed: 'https://www.example.com' },
    '//example.com': { completed: 'https://example.com' },
    'me@example.com': { completed: 'mailto:me@example.com' },
    'index-fr.html': { text: 'index-fr.html' },
    '/projects/a': { text: '/projects/a' },
    'javascript:alert(1)': { text: 'javascript:alert(1)' },
    'my site': { text: 'my site' },
    'GitHub: https://git.example/ada': { within: 'https://git.example/ada' },
    'https://my site.example': { text: 'https://my site.example' },
    '#': { placeholder: true },
  })) {
    test(written, () => assert.deepEqual(readUrl(written), expected));
  }

  test('an obfuscated address is not an email address', () => {
    assert.equal(isEmail('me@example.com'), true);
    for (const text of ['me [at] example.com', 'me@example', 'a@b.example, c@d.example'])
      assert.equal(isEmail(text), false, text);
  });
});

describe('HTML in text', () => {
  for (const [written, text] of Object.entries({
    'a <strong>b</strong> <em>c </em>d': 'a **b** *c* d',
    'a<br>b': 'a\nb',
    '<p>a</p><p>b</p>': 'a\n\nb',
    '<ul><li>a</li><li>b</li></ul>': '- a\n- b',
    'see <a href="https://a.example" onclick="x()">here</a>': 'see [here](<https://a.example>)',
    'see <a href="javascript:x()">here</a>': 'see here (javascript:x())',
    '<b>a</b> &amp; &lt;script>': '**a** & \\<script>',
    '<b>a</b><script>x()</script>': '**a**<script>x()</script>',
  })) {
    test(written, () => assert.equal(readHtml(written).text, text));
  }

  test('leaves other text alone and reports what it shows as text', () => {
    assert.deepEqual(readHtml('Map<String, B> & C++'), {
      text: 'Map<String, B> & C++',
      converted: false,
      escaped: false,
    });
    assert.equal(readHtml('<script>x()</script>').escaped, true);
  });
});

describe('a résumé', () => {
  const cases: [name: string, input: Record<string, unknown>, expected: unknown, ...notes: RegExp[]][] = [
    [
      'with keys of JSON Resume 0.x',
      { work: [{ company: 'B', website: 'b.example' }, { company: 'C' }], education: [{ gpa: 4 }] },
      { work: [{ name: 'B', url: 'https://b.example' }, { name: 'C' }], education: [{ score: '4' }] },
      /^work\[\*\]\.company → name$/,
    ],
    [
      'with plain texts where objects belong',
      { languages: ['Dutch'], interests: 'Chess, Go', skills: ['A'] },
      {
        skills: [{ name: 'A' }],
        languages: [{ language: 'Dutch' }],
        interests: [{ name: 'Chess' }, { name: 'Go' }],
      },
    ],
    [
      'with groups as keys',
      { skills: { Backend: ['Go', 'C'], Cloud: 'AWS' }, languages: { English: 'native' } },
      {
        skills: [
          { name: 'Backend', keywords: ['Go', 'C'] },
          { name: 'Cloud', keywords: ['AWS'] },
        ],
        languages: [{ language: 'English', fluency: 'native' }],
      },
    ],
    [
      'with null, and dashes for no value',
      { work: [{ name: 'B', endDate: null }], skills: null, education: [{ area: 'C', score: '-' }] },
      { work: [{ name: 'B' }], education: [{ area: 'C' }] },
      /^null is read as absent$/,
    ],
    [
      'with unknown keys that contain text',
      { work: [{ name: 'B', team: 'Blue', remote: true }], salary: '1', 'x-mine': 'no' },
      { work: [{ name: 'B', team: 'Blue', remote: true }], salary: '1' },
      /^work\[\*\]\.team is not part of JSON Resume/,
      /^salary is not part/,
    ],
    [
      'with both keys of a field, and a second address',
      {
        work: [{ name: 'B', company: 'B' }],
        projects: [{ name: 'C', url: 'https://c.example', github: 'https://git.example/c' }],
      },
      {
        work: [{ name: 'B' }],
        projects: [{ name: 'C', url: 'https://c.example', description: '<https://git.example/c>' }],
      },
      /^work\[\*\]\.company repeats name$/,
    ],
    [
      'with unknown keys that hold sentences or lists',
      {
        education: [{ institution: 'B', honour: ['First prize'], rank: 'Third of two hundred students' }],
        work: [
          { name: 'C', groups: [{ title: 'Team', items: ['Hired four', 'Led six'] }], logos: ['c.png'] },
        ],
        publications: [
          { name: 'D', links: [{ name: 'Slides', url: 'https://d.example' }], _note: 'not for this page' },
        ],
      },
      {
        work: [{ name: 'C', highlights: ['Team', 'Hired four', 'Led six'], logos: ['c.png'] }],
        education: [
          { institution: 'B', highlights: ['First prize'], summary: 'Third of two hundred students' },
        ],
        publications: [{ name: 'D', highlights: ['Slides, https://d.example'], _note: 'not for this page' }],
      },
      /^education\[\*\]\.honour → highlights$/,
      /^work\[\*\]\.logos is not part/,
      /^publications\[\*\]\._note is not part/,
    ],
    [
      'with objects and lists of addresses where one belongs',
      {
        website: { github: 'https://git.example/a', home: 'https://a.example' },
        work: [{ name: 'B', achievements: [{ text: 'Rewrote all of it', tags: ['Go', 'C'] }] }],
        projects: [{ name: 'C', url: ['https://c.example', 'https://d.example'] }],
        skills: [{ name: 'D', keywords: [{ url: 'https://e.example', level: 4, name: 'E' }] }],
      },
      {
        basics: {
          profiles: [
            { network: 'GitHub', url: 'https://git.example/a' },
            { network: 'home', url: 'https://a.example' },
          ],
        },
        work: [{ name: 'B', highlights: ['Rewrote all of it (Go, C)'] }],
        projects: [{ name: 'C', url: 'https://c.example', description: '<https://d.example>' }],
        skills: [{ name: 'D', keywords: ['E'] }],
      },
    ],
    [
      'with the text of a job where a word about the employer belongs',
      {
        work: [
          { name: 'B', description: 'Bank' },
          { name: 'C', description: 'long '.repeat(30) },
        ],
      },
      {
        work: [
          { name: 'B', description: 'Bank' },
          { name: 'C', summary: 'long '.repeat(30).trim() },
        ],
      },
      /^work\[\*\]\.description → summary$/,
    ],
    [
      'with sections of its own',
      {
        'Class Projects': ['A compiler'],
        teaching: [{ organization: 'B', position: 'Mentor', from: '2019' }, { organization: 'C' }],
        'x-mine': ['no'],
        _draft: ['no'],
      },
      {
        'Class Projects': [{ name: 'A compiler' }],
        teaching: [{ name: 'Mentor', entity: 'B', startDate: '2019' }, { name: 'C' }],
        _draft: ['no'],
      },
      /^teaching is shown as a section of its own$/,
      /^_draft is not part/,
    ],
    [
      'with sections in a list, by their titles',
      {
        sections: [
          null,
          { title: 'Work', rows: [{ name: 'B', subtitle: 'E', items: [{ text: 'F' }] }] },
          { title: 'Talks given', rows: ['C'] },
          { title: 'Talks given', rows: ['G'] },
        ],
        tools: { title: 'My tools', list: ['D'] },
      },
      {
        work: [{ name: 'B', position: 'E', highlights: ['F'] }],
        'Talks given': [{ name: 'C' }, { name: 'G' }],
        'My tools': [{ name: 'D' }],
      },
      /^sections → Work, Talks given, Talks given$/,
    ],
    [
      'with headings for its sections',
      { workExpList: [{ company_name: 'B' }], titleNameMap: { workExpList: 'Jobs', aboutme: 'Me' } },
      { work: [{ name: 'B' }], meta: { site: { labels: { work: 'Jobs' } } } },
      /^titleNameMap → meta\.site\.labels$/,
    ],
    [
      'that names its language at the top',
      { language: 'de', languages: [{ language: 'en' }] },
      { languages: [{ language: 'en' }], meta: { site: { language: 'de' } } },
    ],
    [
      'with texts too long for a heading',
      { talks_given: [LONG_TEXT], references: [LONG_TEXT] },
      {
        references: [{ reference: LONG_TEXT }],
        talks_given: [{ description: LONG_TEXT }],
      },
      /^talks_given\[\*\] is text, read as \{ description \}$/,
    ],
    [
      'with addresses under other keys, and a country in words next to its code',
      {
        basics: { name: 'A', location: { countryCode: 'FR', country: 'France' } },
        work: [{ company: 'B', companyUrl: 'https://b.example', logoUrl: 'https://b.example/logo' }],
        education: [{ institution: 'C', url: 'https://c.example', thesis_url: 'https://d.example' }],
      },
      {
        basics: { location: { countryCode: 'FR' } },
        work: [{ name: 'B', url: 'https://b.example', logoUrl: 'https://b.example/logo' }],
        education: [{ institution: 'C', url: 'https://c.example', summary: '<https://d.example>' }],
      },
      /^work\[\*\]\.companyUrl → url$/,
      /^basics\.location\.country repeats countryCode$/,
    ],
    [
      'with positions below an employer',
      { work: [{ company: 'B', note: 'x', positions: [{ title: 'C' }, { title: 'D' }] }, { team: 'E' }] },
      {
        work: [
          { name: 'B', note: 'x' },
          { name: 'B', position: 'C' },
          { name: 'B', position: 'D' },
          { name: 'E' },
        ],
      },
      /^work\[\*\] has no key of its section: its texts are joined$/,
    ],
    [
      'of FRESH',
      {
        employment: { summary: 'Optional', history: [{ employer: 'B', start: '2019', end: '2020' }] },
        skills: { sets: [{ name: 'C', skills: ['D'] }] },
      },
      {
        work: [{ name: 'B', startDate: '2019', endDate: '2020', summary: 'Optional' }],
        skills: [{ name: 'C', keywords: ['D'] }],
      },
    ],
    [
      'that is all at the top',
      {
        basics: undefined,
        name: 'B',
        github: 'ada',
        linkedinUrl: 'https://b.example',
        experience: [{ company: 'C', title: 'D' }],
      },
      {
        basics: {
          profiles: [
            { network: 'GitHub', username: 'ada' },
            { network: 'LinkedIn', url: 'https://b.example' },
          ],
        },
        work: [{ name: 'C', position: 'D' }],
      },
    ],
    [
      'with an end before its start',
      { work: [{ name: 'B', startDate: '2020-05', endDate: '2019' }] },
      { work: [{ name: 'B', startDate: '2020-05', endDate: '2019' }] },
      /Are they swapped\?$/,
    ],
    [
      'with ranges of dates',
      {
        work: [
          { name: 'B', period: 'Aug 2011 – now' },
          { name: 'C', date: '2020/10至今' },
        ],
        education: [{ area: 'D', date: '2010 – 2014' }],
        volunteer: [{ organization: 'E', startDate: '2015', duration: '4 months' }],
      },
      {
        work: [
          { name: 'B', startDate: '2011-08' },
          { name: 'C', startDate: '2020-10' },
        ],
        education: [{ area: 'D', startDate: '2010', endDate: '2014' }],
        volunteer: [{ organization: 'E', startDate: '2015', duration: '4 months' }],
      },
      /^volunteer\[\*\]\.duration is not part/,
    ],
    [
      'with entries that are empty or only a date',
      { publications: [{ releaseDate: '2020' }, {}], languages: [{ language: '' }] },
      {},
      /nothing but a date \(2020\)/,
    ],
    [
      'with control characters, half characters and keys of JavaScript',
      JSON.parse('{"work":[{"name":"B\\u0000\\ufffe\\ud800","__proto__":{"name":"x"},"constructor":"y"}]}'),
      { work: [{ name: 'B' }] },
      /^control characters are removed$/,
      /^work\[\*\]\.__proto__ is not a possible key/,
    ],
    [
      'in Traditional Chinese',
      { work: [{ name: '公司', summary: '負責設計與開發團隊的網頁應用程式,參與實習生的指導' }] },
      {
        work: [{ name: '公司', summary: '負責設計與開發團隊的網頁應用程式,參與實習生的指導' }],
        meta: { site: { language: 'zh-Hant' } },
      },
      /read as Traditional Chinese \(zh-Hant\), detected/,
    ],
  ];

  for (const [name, input, expected, ...patterns] of cases) {
    test(name, () => {
      const { resume, notes } = read(input);
      assert.deepEqual(resume, expected);
      for (const pattern of patterns)
        assert.ok(
          notes.some((note) => pattern.test(note)),
          `${pattern}: ${notes.join('\n')}`,
        );
    });
  }

  for (const [tool, file] of Object.entries({
    RenderCV: {
      cv: { name: 'A', sections: { experience: [{ company: 'B' }], Talks_given: [{ bullet: 'C' }] } },
      design: { theme: 'classic' },
    },
    yamlresume: { content: { basics: { name: 'A' }, work: [{ name: 'B' }], Talks_given: ['C'] }, layout: {} },
  }))
    test(`of ${tool}`, () =>
      assert.deepEqual(normalise(file).resume, {
        basics: { name: 'A' },
        work: [{ name: 'B' }],
        Talks_given: [{ name: 'C' }],
      }));

  test('with fields of 100 KB takes no longer than it should', () => {
    const startedAt = performance.now();
    read({ work: [{ name: '*'.repeat(100_000), startDate: `x${'\n'.repeat(100_000)}x` }] });
    assert.ok(performance.now() - startedAt < 5_000);
  });

  test('with titles and pairs that are not what they seem', () => {
    const sections = ['meta', 'constructor', '__proto__', 'talks'].map((title) => ({ title, rows: ['C'] }));
    const file = { sections, meta: { site: { private: ['work'] } }, order: [['work']], titleNameMap: 'x' };
    const { resume } = read(file);
    assert.deepEqual(resume['meta'], file.meta);
    assert.deepEqual(resume['publications'], [{ name: 'C' }]);
    assert.equal((resume['sections'] as unknown[]).length, 3);
  });

  test('with a name in two parts', () =>
    assert.deepEqual(normalise({ name: { last: 'Byron', first: 'Ada' } }).resume, {
      basics: { name: 'Ada Byron' },
    }));

  test('that is normalised stays as it is', () => {
    for (const [, input] of cases) {
      const once = normalise({ basics: { name: 'A' }, ...input }).resume;
      assert.deepEqual(normalise(once).resume, once);
    }
  });
});
