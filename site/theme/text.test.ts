import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Location, Profile } from '../resume/types.ts';
import { settingsOf } from '../resume/settings.ts';
import { page } from './page.ts';
import { placeOf } from './place.ts';
import { networkName } from './profiles.ts';
import { address, direction } from './text.ts';

function html(resume: object): string {
  const head = { title: 'T', description: 'D', favicon: 'f.svg', css: '', script: '' };
  const named = { basics: { name: 'A' }, ...resume };
  return page(named, settingsOf(named), { head, downloads: [] });
}

describe('direction', () => {
  for (const [text, onLtrPage, onRtlPage] of [
    ['Hello', '', ' dir="ltr"'],
    ['مهندسة برمجيات', ' dir="rtl"', ''],
    ['AWS مهندسة برمجيات أولى', ' dir="rtl"', ' dir="rtl"'],
    ['علی works at a company in Berlin', ' dir="ltr"', ' dir="ltr"'],
    ['+1 555', '', ''],
  ] as const) {
    test(`of "${text}"`, () => {
      assert.equal(direction({ pageDirection: 'ltr' }, text).text, onLtrPage);
      assert.equal(direction({ pageDirection: 'rtl' }, text).text, onRtlPage);
    });
  }
});

describe('addresses', () => {
  for (const [text, expected] of [
    ['first.last@mail.example.com', 'first|.last|@mail|.example|.com'],
    ['https://a.example/x-y/?q=1&b=2#c', 'https://a|.example/|x-|y/|?|q=|1&amp;|b=|2#|c'],
    ['+98 911 581 8088', '+98 911 581 8088'],
  ] as const) {
    test(`${text} breaks at its punctuation and runs left to right`, () => {
      assert.equal(address(text).text, `<bdi dir="ltr">${expected.replaceAll('|', '<wbr>')}</bdi>`);
    });
  }
});

describe('places', () => {
  const shown = (location: Location) => {
    const { parts, country } = placeOf(location, 'en');
    return [...parts, country?.name].filter(Boolean).join(', ');
  };
  for (const [location, expected] of [
    [
      { city: 'San Francisco', region: 'CA', postalCode: '94115', countryCode: 'US' },
      'San Francisco, CA 94115, United States',
    ],
    [{ city: 'Tulsa', region: 'OK', postalCode: '74101' }, 'Tulsa, OK 74101'],
    [{ city: 'Berlin', postalCode: '10115', countryCode: 'DE' }, '10115 Berlin, Germany'],
    [{ city: 'Munich', region: 'Germany', countryCode: 'DE' }, 'Munich, Germany'],
    [{ city: 'Porto', region: 'PT', countryCode: 'PT' }, 'Porto, Portugal'],
    [{ city: 'Berlin', region: 'Berlin', countryCode: 'DE' }, 'Berlin, Germany'],
  ] as [Location, string][]) {
    test(expected, () => assert.equal(shown(location), expected));
  }
});

describe('networks', () => {
  for (const [profile, expected] of [
    [{ network: 'github' }, 'GitHub'],
    [{ network: 'LINKEDIN' }, 'LinkedIn'],
    [{ network: 'stackoverflow' }, 'Stack Overflow'],
    [{ network: 'mastodon' }, 'Mastodon'],
    [{ network: 'mySpace' }, 'mySpace'],
    [{ url: 'https://www.chess.example/me' }, 'chess.example'],
    [{ username: 'ada' }, undefined],
  ] as [Profile, string | undefined][]) {
    test(`${JSON.stringify(profile)} is ${expected}`, () => assert.equal(networkName(profile), expected));
  }
});

describe('entries', () => {
  test('no line can start with a dot', () => {
    const skills = [{ name: 'Web', keywords: ['HTML', 'CSS'] }];
    const work = [{ name: 'B', position: 'C', location: 'D' }];
    const dots = html({ skills, work }).match(/.·./g);
    assert.deepEqual(dots, ['\u00a0· ', '\u00a0· ']);
  });

  test('consecutive highlights of one word are shown inline', () => {
    const highlights = ['Led a team.', 'TypeScript', 'Rust', 'Wrote docs.', 'Mentoring'];
    const shown = html({ work: [{ name: 'B', highlights }] });
    assert.match(
      shown,
      /<ul><li[^>]*>Led a team\.<\/li><\/ul><ul class="tags"><li>TypeScript<\/li> <li>Rust<\/li> <\/ul><ul><li[^>]*>Wrote docs\.<\/li><li[^>]*>Mentoring</,
    );
  });

  test('Chinese sentences without spaces are not shown as words', () => {
    const highlights = ['负责公司内部系统的设计与实现', '带领五人团队完成项目交付'];
    assert.match(html({ work: [{ name: 'B', highlights }] }), /<ul><li[^>]*>负责/);
  });

  test('only long pages have a table of contents', () => {
    const work = (summary: string) => [{ name: 'B', summary }];
    assert.doesNotMatch(html({ work: work('short') }), /class="contents"/);
    assert.match(
      html({ work: work('long '.repeat(2000)) }),
      /<nav class="contents"><ul><li><a href="#work">/,
    );
  });

  test('unknown keys of an entry are not shown, whatever they are', () => {
    const unknown = { level: 4, courses: 'x', dates: true, details: {}, title: null };
    const entries = [{ name: 'B', ...unknown }];
    const shown = html({ work: entries, projects: entries, interests: entries });
    assert.equal(
      shown,
      html({ work: [{ name: 'B' }], projects: [{ name: 'B' }], interests: [{ name: 'B' }] }),
    );
  });

  test('a profile that is an address or a number is shown without its scheme', () => {
    const profiles = [
      { network: 'Mail', url: 'mailto:me@a.example' },
      { network: 'Call', url: 'tel:+15550100' },
    ];
    const shown = html({ basics: { name: 'A', profiles } }).replace(/<wbr>|<\/?bdi[^>]*>/g, '');
    assert.match(shown, /href="mailto:me@a\.example">me@a\.example<.*href="tel:\+15550100">\+15550100</);
  });

  test('the address of a profile is shown where it cannot be a link', () => {
    const profiles = [{ network: 'PDF', username: 'My CV', url: './cv.pdf' }];
    assert.match(
      html({ basics: { name: 'A', profiles } }),
      /<dd><bdi dir="ltr">My CV<\/bdi> \(<bdi dir="ltr">\./,
    );
  });

  test('an obfuscated e-mail address is text without a link', () => {
    const shown = html({ basics: { name: 'A', email: 'me [at] example.com' } });
    assert.match(shown, /<dd>me \[at\] example\.com<\/dd>/);
  });
});
