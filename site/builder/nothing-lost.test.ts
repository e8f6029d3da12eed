/** Nothing of a résumé is lost, and nothing empty is shown, whatever the file looks like. */
import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { parse, type DefaultTreeAdapterTypes as Tree } from 'parse5';
import { readSource } from '../../shared/source.ts';
import { loadResume } from '../resume/index.ts';
import { everyField } from '../testing/every-field.ts';
import { comparable, isNoted, leavesOf, shownLeaves } from '../testing/leaves.ts';
import { plain } from '../theme/markdown.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { buildSite } from './index.ts';

const FIXTURES = 'test/fixtures/resumes';
const folder = await temporaryFolder();

const everyFieldFile = join(folder, 'every-field.json');
await writeFile(everyFieldFile, JSON.stringify(everyField()));
const fixtures = (await readdir(FIXTURES)).map((name) => join(FIXTURES, name));

for (const resumeFile of [everyFieldFile, ...fixtures]) {
  const name = basename(resumeFile);
  test(`${name}: everything is shown, and nothing empty`, async () => {
    const { resume, warnings } = await loadResume(resumeFile);
    const { contents } = await buildSite({
      resumeFile,
      outDirectory: join(folder, 'sites', name),
      pdf: false,
    });
    const html = contents.get('index.html')!.toString();
    const files = {
      page: comparable(visibleText(html)),
      text: comparable(contents.get('resume.txt')!.toString()),
      markdown: comparable(plain(contents.get('resume.md')!.toString())),
      docx: comparable(docxText(contents.get('resume.docx')!)),
    };
    for (const [file, text] of Object.entries(files)) {
      const lost = shownLeaves(resume).filter(
        ({ path, text: leaf }) => !text.includes(leaf) && !isNoted(path, warnings),
      );
      assert.deepEqual(lost, [], `${file} lacks these`);
    }
    assert.deepEqual(emptyElements(html), []);

    // What the file says is either normalised, or named in a note.
    const everything = comparable(JSON.stringify(leavesOf(resume)) + files.page);
    const { value } = await readSource(resumeFile);
    const gone = leavesOf(value).filter(({ path, text }) => {
      const plainText = comparable(text.replace(/<[^>]*>/g, ''));
      return (
        !everything.includes(plainText) && !isNoted(path, warnings) && !warnings.includes(text.slice(0, 40))
      );
    });
    // A list in one text is split, a name in two is joined, HTML tags are gone, dates have another form.
    const pieces = gone.filter(
      ({ text }) =>
        !text
          .split(/[,;\n]|<[^>]*>|\s+[–-]\s+/)
          .every((piece) => everything.includes(comparable(piece)) || /\d{4}|present/i.test(piece)),
    );
    assert.deepEqual(pieces, [], 'neither shown nor noted');
  });
}

/** Text, and after it where links and dates lead. */
function visibleText(html: string): string {
  const texts: string[] = [];
  const attributes: string[] = [];
  const visit = (node: Tree.Node) => {
    if ('value' in node) texts.push(node.value);
    if ('attrs' in node)
      attributes.push(
        ...node.attrs.filter(({ name }) => /^(href|datetime)$/.test(name)).map(({ value }) => value),
      );
    if ('childNodes' in node && !['script', 'style'].includes(node.nodeName)) node.childNodes.forEach(visit);
  };
  visit(parse(html));
  return [...texts, ...attributes].join('');
}

function docxText(file: Uint8Array): string {
  const { 'word/document.xml': document, 'word/_rels/document.xml.rels': links } = unzipSync(file);
  const text = visibleText(strFromU8(document!).replace(/<w:t[^>]*\/>/g, ''));
  return (
    text +
    [...strFromU8(links!).matchAll(/Target="([^"]*)"/g)]
      .map(([, url]) => url!.replaceAll('&amp;', '&'))
      .join('')
  );
}

/** Headings, sections, list items and entries without a word. The counter is filled by the browser. */
function emptyElements(html: string): string[] {
  const found: string[] = [];
  const visit = (node: Tree.Node): string => {
    if ('value' in node) return node.value;
    if (!('childNodes' in node)) return '';
    const text = node.childNodes.map(visit).join('');
    const tag = node.nodeName;
    if (
      ['section', 'article', 'h2', 'h3', 'h4', 'li', 'ul', 'p', 'dl', 'dt', 'figure', 'blockquote'].includes(
        tag,
      ) &&
      !text.trim()
    )
      found.push(tag);
    return text;
  };
  visit(parse(html.slice(html.indexOf('<main'), html.indexOf('</main>'))));
  return found;
}
