import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatDate, LANGUAGES, spokenLanguage, textDirection } from '../language/index.ts';
import { settingsOf } from '../resume/settings.ts';
import type { Resume } from '../resume/types.ts';
import { markup } from './html.ts';
import { block, inline, plain } from './markdown.ts';
import { page } from './page.ts';

const head = { title: 'T', description: 'D', favicon: 'f.svg', css: '', script: '' };

function text(resume: Resume): string {
  const html = page({ basics: { name: 'A' }, ...resume }, settingsOf(resume), { head, downloads: [] });
  return html
    .slice(html.indexOf('<main'))
    .replace(/<[^>]*>/g, '|')
    .replace(/\s*\|[|\s]*/g, '|');
}

describe('Markdown', () => {
  test('supports emphasis, code, links and lists', () => {
    assert.equal(
      block('**a** *b* `c` [d](https://e.example)\n\n- f').text,
      '<p><strong>a</strong> <em>b</em> <code>c</code> <a href="https://e.example">d</a></p> <ul> <li>f</li> </ul>',
    );
  });

  for (const [text, href, rest] of [
    ['<https://a.example>', 'https://a.example', ''],
    ['at https://a.example/b.', 'https://a.example/b', 'at .'],
    ['(www.a.example/b)', 'https://www.a.example/b', '()'],
    ['to me@a.example, please', 'mailto:me@a.example', 'to , please'],
  ] as const) {
    test(`links ${text}`, () => {
      const html = inline(text).text;
      assert.deepEqual(
        [...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => url),
        [href],
      );
      assert.equal(html.replace(/<a.*a>/, ''), rest);
    });
  }

  for (const text of ['ASP.NET', 'Socket.io and Node.js', 'v1.2.3', 'file.md'])
    test(`does not link ${text}`, () => assert.equal(inline(text).text, text));

  for (const hostile of [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](vbscript:x)',
    '[x](&#106;avascript:alert(1))',
    '![x](https://tracker.example/a.png)',
    '<javascript:alert(1)>',
    '[x](https://a.example "onmouseover=alert(1)\\"")',
  ]) {
    test(`is harmless: ${hostile}`, () => {
      for (const html of [block(hostile).text, inline(hostile).text]) {
        assert.doesNotMatch(html, /<(?!\/?(p|a|em|strong|code|ul|ol|li|bdi|wbr)\b)/);
        assert.doesNotMatch(html, /href="(?!https:\/\/)/);
        assert.doesNotMatch(html, /<[^>]*\son\w+=(?![^<]*&quot;)/);
      }
    });
  }

  test('keeps ordinary text', () => {
    assert.equal(
      inline('AT&T, snake_case_name, 5 * 3, C# & <b>').text,
      'AT&amp;T, snake_case_name, 5 * 3, C# &amp; &lt;b&gt;',
    );
  });

  test('plain text has no marks', () => {
    assert.equal(plain('**a** [b](https://c.example)\nd\n\n- e\n- `f`'), 'a b d\ne\nf');
  });
});

test('markup escapes every value except markup', () => {
  assert.equal(
    markup`<p title="${'"<&>'}">${[1, false, undefined, markup`<b>`]}</p>`.text,
    '<p title="&quot;&lt;&amp;&gt;">1<b></p>',
  );
});

describe('work', () => {
  const role = { name: 'B', url: 'https://b.example', location: 'Porto' };

  test('consecutive roles at one employer are grouped under its name', () => {
    const shown = text({
      work: [
        { ...role, position: 'Lead', startDate: '2022' },
        { ...role, position: 'Engineer', startDate: '2020', endDate: '2022' },
        { name: 'C', position: 'Intern' },
      ],
    });
    assert.match(shown, /\|B\|Porto\|Lead\|2022\|– Present\|Engineer\|2020\|–\|2022\|Intern\|C\|/);
  });

  test('details that differ between roles are shown with each role', () => {
    const shown = text({
      work: [
        { ...role, position: 'Lead', location: 'Lisbon' },
        { ...role, position: 'Engineer' },
      ],
    });
    assert.match(shown, /\|B\|Lead\|Lisbon\|Engineer\|Porto\|/);
  });

  test('roles separated by another employer are not grouped', () => {
    const shown = text({
      work: [
        { ...role, position: 'Lead' },
        { name: 'C', position: 'X' },
        { ...role, position: 'Engineer' },
      ],
    });
    assert.match(shown, /\|Lead\|B\|· Porto\|X\|C\|Engineer\|B\|· Porto\|/);
  });

  test('without a position the employer is the title', () => {
    assert.match(text({ work: [{ name: 'B' }] }), /\|Experience\|B\|/);
  });
});

describe('settings', () => {
  const lists = { work: [{ name: 'W' }], skills: [{ name: 'S' }], awards: [{ title: 'X' }] };

  test('sections follow the given order, then the default', () => {
    const shown = text({ ...lists, meta: { site: { sections: ['awards', 'skills'] } } });
    assert.match(shown, /Awards\|.*Skills\|.*Experience\|/);
  });
});

describe('languages', () => {
  for (const [tag, words] of Object.entries(LANGUAGES)) {
    test(`${tag}: headings and dates`, () => {
      const shown = text({ work: [{ name: 'W', startDate: '2024-03' }], meta: { site: { language: tag } } });
      assert.ok(shown.includes(`|${words.sections.work}|`));
      assert.ok(shown.includes(words.present));
      assert.ok(shown.includes(formatDate(tag, '2024-03')));
    });
  }

  test('codes of spoken languages become names', () => {
    assert.equal(spokenLanguage('en', 'es'), 'Spanish');
    assert.equal(spokenLanguage('es', 'pt-BR'), 'Portugués de Brasil');
    assert.equal(spokenLanguage('en', 'da'), 'Danish');
    for (const text of ['br', 'xx', 'Français', 'C2']) assert.equal(spokenLanguage('en', text), text);
  });

  test('dates keep their precision', () => {
    assert.equal(formatDate('en', '2024'), '2024');
    assert.equal(formatDate('en', '2024-03'), 'Mar 2024');
    assert.equal(formatDate('de', '2024-03-31'), 'März 2024');
    assert.equal(formatDate('ja', '2024-03'), '2024年3月');
    assert.equal(formatDate('en', 'soon'), 'soon');
  });

  test("addresses use the language's separator", () => {
    const basics = { name: 'A', location: { address: '1-2', city: '京都市', countryCode: 'JP' } };
    assert.match(text({ basics, meta: { site: { language: 'ja' } } }), /1-2、京都市、\|日本\|/);
    assert.match(text({ basics, meta: { site: { language: 'en' } } }), /1-2, 京都市,\|Japan\|/);
  });
  test('the script determines the direction', () => {
    assert.equal(textDirection('ar'), 'rtl');
    assert.equal(textDirection('he'), 'rtl');
    assert.equal(textDirection('az-Arab'), 'rtl');
    assert.equal(textDirection('az'), 'ltr');
    assert.equal(textDirection('ja'), 'ltr');
  });
});
