import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { settingsOf } from '../../resume/settings.ts';
import { everyField } from '../../testing/every-field.ts';
import { docxFile } from './docx.ts';
import { markdownText } from './markdown-text.ts';

const build = async (resume: object) =>
  strFromU8(unzipSync(await docxFile(resume, settingsOf(resume), 'a4'))['word/document.xml']!);

describe('resume.docx', () => {
  test('has a style for the name, the sections and the entries, and real lists', async () => {
    const xml = await build({
      basics: { name: 'A B', summary: 'First.\n\n- one\n- two' },
      work: [{ name: 'D', position: 'E', highlights: ['**Bold** [site](https://a.example)'] }],
    });
    const styles = [...xml.matchAll(/w:pStyle w:val="(\w+)"/g)].map(([, style]) => style);
    assert.deepEqual(
      styles.filter((style) => style !== 'ListParagraph'),
      ['Title', 'Heading1', 'Heading2'],
    );
    assert.equal(xml.match(/<w:numPr>/g)?.length, 3);
    assert.match(xml, /<w:b\/>.*<w:t xml:space="preserve">Bold</);
    assert.match(xml, /<w:hyperlink [^>]*r:id="rIdLink1">/);
    assert.doesNotMatch(xml, /<w:(tbl|txbxContent)>/, 'no tables and no text boxes');
  });

  test('is the same file for the same résumé', async () => {
    const resume = everyField();
    const [first, second] = [
      await docxFile(resume, settingsOf(resume), 'a4'),
      await docxFile(resume, settingsOf(resume), 'a4'),
    ];
    assert.ok(first.equals(second));
  });

  test('never links to a script', async () => {
    const resume = { basics: { name: 'A', url: 'javascript:alert(1)' } };
    const parts = unzipSync(await docxFile(resume, settingsOf(resume), 'letter'));
    assert.doesNotMatch(strFromU8(parts['word/_rels/document.xml.rels']!), /javascript/);
  });
});

test('resume.md shows special characters as they are', () => {
  const resume = { basics: { name: 'A *B* <i>' }, skills: [{ name: 'snake_case', keywords: ['[x]'] }] };
  assert.equal(
    markdownText(resume, settingsOf(resume)),
    '# A \\*B\\* \\<i\\>\n\n## Skills\n\n### snake\\_case\n\n\\[x\\]\n',
  );
});
