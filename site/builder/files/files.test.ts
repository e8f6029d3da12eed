import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settingsOf } from '../../resume/settings.ts';
import { findChromium } from './chromium.ts';
import { robots, sitemap } from './crawlers.ts';
import { jsonLd } from './json-ld.ts';
import { pictures } from './pictures.ts';
import { plainText } from './plain-text.ts';
import { vcard } from './vcard.ts';

describe('contact.vcf', () => {
  test('splits the name and escapes vCard syntax', () => {
    const basics = {
      name: 'Ana Maria de Sousa',
      label: 'Engineer; writer, reader',
      email: 'ana@example.com',
      phone: '+351 1',
      url: 'https://ana.example',
      location: { city: 'Porto', countryCode: 'PT', address: 'Rua 1, 2\nE' },
      profiles: [{ network: 'GitHub: ü', url: 'https://github.example/ana' }, { network: 'none' }],
      summary: '**Short**\nand sweet',
    };
    const work = [{ name: 'Past', endDate: '2020' }, { name: 'Now, Inc.' }];
    assert.equal(
      vcard({ basics, work }),
      [
        'BEGIN:VCARD',
        'VERSION:3.0',
        'N:de Sousa;Ana Maria;;;',
        'FN:Ana Maria de Sousa',
        String.raw`ORG:Now\, Inc.`,
        String.raw`TITLE:Engineer\; writer\, reader`,
        'EMAIL;TYPE=INTERNET:ana@example.com',
        'TEL:+351 1',
        'URL:https://ana.example',
        String.raw`ADR:;;Rua 1\, 2\nE;Porto;;;PT`,
        'X-SOCIALPROFILE;TYPE=GitHubü:https://github.example/ana',
        'NOTE:Short and sweet',
        'END:VCARD',
        '',
      ].join('\r\n'),
    );
  });

  test('folds lines at 75 bytes without splitting a character', () => {
    const card = vcard({ basics: { name: 'A', summary: '漢'.repeat(100) } });
    for (const line of card.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75);
    assert.ok(card.replaceAll('\r\n ', '').includes('漢'.repeat(100)));
  });

  for (const [name, parts] of Object.entries({
    Plato: ';Plato;;;',
    'Lucía del Moral': 'del Moral;Lucía;;;',
    'Jan van der Berg': 'van der Berg;Jan;;;',
    'Dr. Ada Byron, PhD': 'Byron;Ada;;Dr.;PhD',
    'Byron, Ada King': 'Byron;Ada King;;;',
    'Martin Luther King Jr.': 'King;Martin Luther;;;Jr.',
    'De Niro': 'Niro;De;;;',
    '山田 太郎': '山田;太郎;;;',
  })) {
    test(`splits the name ${name}`, () => {
      assert.ok(vcard({ basics: { name } }).includes(`\r\nN:${parts}\r\n`));
    });
  }
});

describe('resume.txt', () => {
  test('is formatted as a résumé', () => {
    const resume = {
      basics: { name: 'A B', label: 'C', email: 'a@example.com', summary: `Long ${'word '.repeat(30)}` },
      work: [
        {
          name: 'D',
          position: 'E',
          startDate: '2020-01',
          highlights: [`**Bold** ${'word '.repeat(30)}`, 'x'],
        },
      ],
      education: [{ institution: 'F', startDate: '2016', endDate: '2016' }],
      languages: [{ language: 'Dutch', fluency: 'Native' }, { language: 'fr' }],
      meta: { site: { language: 'en', labels: { languages: 'Tongues' } } },
    };
    const text = plainText(resume, settingsOf(resume));
    assert.match(text, /^A B\nC\n\na@example\.com\n\nLong word/);
    assert.match(text, /\n\n\nEXPERIENCE\n\nE, D\nJan 2020 – Present\n- Bold word/);
    assert.match(text, /\n {2}word/);
    assert.match(text, /\n\n\nEDUCATION\n\nF\n2016\n/);
    assert.match(text, /\n\n\nTONGUES\n\nDutch, Native\nFrench\n$/);
    for (const line of text.split('\n')) assert.ok(line.length <= 78);
  });
});

describe('for search engines', () => {
  test('JSON-LD omits empty values and unsafe links', () => {
    const person = JSON.parse(
      jsonLd(
        {
          basics: { name: 'A', email: '', profiles: [{ url: 'javascript:x' }, { url: 'https://a.example' }] },
          work: [
            { name: 'Now', startDate: '2020' },
            { name: 'Then', endDate: '2019' },
            { name: 'Now', startDate: '2021' },
          ],
        },
        {},
      ),
    ) as unknown;
    assert.deepEqual(person, {
      '@context': 'https://schema.org',
      '@type': 'Person',
      name: 'A',
      sameAs: ['https://a.example'],
      worksFor: [{ '@type': 'Organization', name: 'Now' }],
    });
  });

  test('robots.txt names the sitemap only if the URL is known', () => {
    assert.equal(robots(undefined), 'User-agent: *\nAllow: /\n');
    assert.match(robots('https://a.example/'), /\nSitemap: https:\/\/a\.example\/sitemap\.xml\n$/);
    const resume = {
      meta: { lastModified: '2024-06-29T10:00:00Z', site: { url: 'https://a.example/?a&b<' } },
    };
    const main = { path: '', resumeFile: '', resume, settings: settingsOf(resume) };
    assert.match(
      sitemap([main]),
      /<loc>https:\/\/a\.example\/\?a&amp;b&lt;\/<\/loc><lastmod>2024-06-29<\/lastmod><\/url>/,
    );
  });
});

describe('pictures', () => {
  const size = (png: Buffer) => [png.readUInt32BE(16), png.readUInt32BE(20)];

  test('have the right size for short and very long names', async () => {
    for (const name of ['X', 'Wolfeschlegelsteinhausenbergerdorff '.repeat(4), '李小龍', '<&"']) {
      const { card, touchIcon, favicon } = await pictures({ name, label: '', address: '' });
      assert.deepEqual(size(card), [1200, 630]);
      assert.deepEqual(size(touchIcon), [180, 180]);
      assert.doesNotMatch(favicon, /<text/);
    }
  });
});

describe('Chromium', () => {
  test('is found in CHROMIUM_PATH, then on the PATH', async () => {
    assert.equal(await findChromium({ CHROMIUM_PATH: process.execPath, PATH: '' }), process.execPath);
    assert.equal(await findChromium({ PATH: '/nowhere' }), undefined);
  });
});
