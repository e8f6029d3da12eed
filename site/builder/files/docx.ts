/**
 * resume.docx: a single column with real headings and lists and no text boxes, the form that applicant-tracking systems read best.
 * The same résumé gives the same bytes.
 */
import { strFromU8, strToU8, unzipSync, zipSync, type Zippable } from 'fflate';
import { parseFragment, type DefaultTreeAdapterTypes } from 'parse5';
import type { Settings } from '../../resume/settings.ts';
import type { Basics, Resume } from '../../resume/types.ts';
import { isSafeLink } from '../../theme/links.ts';
import { block, inline } from '../../theme/markdown.ts';
import { contacts, outline, type Contact, type Entry } from './outline.ts';
import type { Paper } from './pdf.ts';

type Docx = typeof import('docx');
type Run = InstanceType<Docx['TextRun'] | Docx['ExternalHyperlink']>;
type Node = DefaultTreeAdapterTypes.ChildNode;

/** Twentieths of a point. */
const PAGE = { a4: { width: 11_906, height: 16_838 }, letter: { width: 12_240, height: 15_840 } };
const MARGIN = 1_020;
const FONT = 'Calibri';
const ACCENT = '1F5C99';
const SOFT = '595959';
const BULLETS = 'bullets';
/** Sections whose entries are one line each. */
const LISTS: ReadonlySet<string> = new Set(['skills', 'languages', 'interests']);

/** @returns the file's bytes */
export async function docxFile(resume: Resume, settings: Settings, paper: Paper): Promise<Buffer> {
  // A megabyte of code that only a build with DOCX needs.
  const docx = await import('docx');
  const { Document, Packer, Paragraph, HeadingLevel } = docx;
  const { sections, comma } = outline(resume, settings);
  const basics = resume.basics ?? {};
  const children = [
    ...header(docx, basics, contacts(basics, settings.language, comma)),
    ...sections.flatMap(({ key, heading, entries }) => [
      new Paragraph({ heading: HeadingLevel.HEADING_1, text: heading }),
      ...entries.flatMap((entry) =>
        LISTS.has(key) && isShort(entry) ? [row(docx, entry, comma)] : entryParagraphs(docx, entry, comma),
      ),
    ]),
  ];
  const document = new Document({
    creator: basics.name ?? '',
    lastModifiedBy: basics.name ?? '',
    title: [basics.name, basics.label].filter(Boolean).join(', '),
    styles: styles(settings.language),
    numbering: {
      config: [
        {
          reference: BULLETS,
          levels: [0, 1, 2].map((level) => ({
            level,
            format: 'bullet' as const,
            text: '•',
            style: { paragraph: { indent: { left: 284 * (level + 1), hanging: 227 } } },
          })),
        },
      ],
    },
    sections: [
      {
        properties: {
          page: { size: PAGE[paper], margin: { top: MARGIN, right: MARGIN, bottom: MARGIN, left: MARGIN } },
        },
        children,
      },
    ],
  });
  return reproducible(await Packer.toBuffer(document));
}

function styles(language: string) {
  const heading = { font: FONT, bold: true };
  return {
    default: {
      document: {
        run: { font: FONT, size: 20, language: { value: language } },
        paragraph: { spacing: { line: 264 } },
      },
      title: { run: { ...heading, size: 44 }, paragraph: { spacing: { after: 40 } } },
      heading1: {
        run: { ...heading, size: 24, color: ACCENT },
        paragraph: { keepNext: true, spacing: { before: 240, after: 60 } },
      },
      heading2: {
        run: { ...heading, size: 20 },
        paragraph: { keepNext: true, spacing: { before: 120 } },
      },
    },
  };
}

function header(docx: Docx, { name = '', label, summary }: Basics, contact: Contact[]) {
  const { Paragraph, HeadingLevel, TextRun } = docx;
  const ways = contact.map(({ words, link }): Run[] => {
    const text = words.join(' ');
    return [
      ...(text ? [new TextRun(link ? `${text} ` : text)] : []),
      ...(link ? [linkRun(docx, link.text, link.href)] : []),
    ];
  });
  return [
    new Paragraph({ heading: HeadingLevel.TITLE, text: name }),
    ...(label ? [new Paragraph({ children: [new TextRun({ text: label, size: 26, color: SOFT })] })] : []),
    new Paragraph({ children: separated(docx, ways) }),
    ...(summary ? paragraphs(docx, summary, { before: 160 }) : []),
  ];
}

function separated({ TextRun }: Docx, parts: Run[][]): Run[] {
  return parts.flatMap((part, index) =>
    index ? [new TextRun({ text: ' · ', color: SOFT }), ...part] : part,
  );
}

function entryParagraphs(docx: Docx, { title, details, url, text, bullets, keywords }: Entry, comma: string) {
  const { Paragraph, HeadingLevel, TextRun } = docx;
  return [
    ...(title ? [new Paragraph({ heading: HeadingLevel.HEADING_2, text: title })] : []),
    ...(details.length
      ? [new Paragraph({ children: [new TextRun({ text: details.join(' · '), color: SOFT })] })]
      : []),
    ...(url ? [new Paragraph({ children: [linkRun(docx, url, url)] })] : []),
    ...(text ? paragraphs(docx, text) : []),
    ...bullets.map((bullet) => item(docx, runs(docx, parseFragment(inline(bullet).text).childNodes), 0)),
    ...(keywords.length ? [new Paragraph({ text: keywords.join(comma) })] : []),
  ];
}

function isShort({ text, url, bullets }: Entry): boolean {
  return !text && !url && !bullets.length;
}

/** `Cloud, Expert: Lambda, DynamoDB`. */
function row({ Paragraph, TextRun }: Docx, { title, details, keywords }: Entry, comma: string) {
  const rest = [...details, ...keywords].join(comma);
  return new Paragraph({
    children: [
      new TextRun({ text: title && rest ? `${title}: ` : title, bold: true }),
      ...(rest ? [new TextRun(rest)] : []),
    ],
  });
}

function linkRun(docx: Docx, text: string, href: string): Run {
  if (!isSafeLink(href)) return new docx.TextRun(text);
  return new docx.ExternalHyperlink({
    link: href,
    children: [new docx.TextRun({ text, style: 'Hyperlink' })],
  });
}

function item(docx: Docx, children: Run[], level: number) {
  return new docx.Paragraph({ children, numbering: { reference: BULLETS, level: Math.min(level, 2) } });
}

/** Paragraphs and lists of a Markdown text, by way of the page's own sanitised HTML. */
function paragraphs(docx: Docx, text: string, spacing: { before?: number } = {}) {
  const walk = (nodes: Node[], level: number): InstanceType<Docx['Paragraph']>[] => {
    const made: InstanceType<Docx['Paragraph']>[] = [];
    let line: Node[] = [];
    const endLine = () => {
      const children = runs(docx, line);
      line = [];
      if (children.length === 0) return;
      made.push(level < 0 ? new docx.Paragraph({ children, spacing }) : item(docx, children, level));
    };
    for (const node of nodes) {
      if (/^(p|ul|ol|li|div)$/.test(node.nodeName)) {
        endLine();
        const inner = /^[uo]l$/.test(node.nodeName) ? level + 1 : level;
        made.push(...walk('childNodes' in node ? node.childNodes : [], inner));
      } else line.push(node);
    }
    endLine();
    return made;
  };
  return walk(parseFragment(block(text).text).childNodes, -1);
}

interface RunStyle {
  bold?: boolean;
  italics?: boolean;
  font?: string;
}

function runs(docx: Docx, nodes: Node[], style: RunStyle = {}): Run[] {
  return nodes.flatMap((node): Run[] => {
    if (node.nodeName === '#text' && 'value' in node) {
      const text = node.value.replace(/\s+/g, ' ');
      return text === '' || (text === ' ' && nodes.length === 1)
        ? []
        : [new docx.TextRun({ text, ...style })];
    }
    if (!('childNodes' in node)) return [];
    if (node.nodeName === 'br') return [new docx.TextRun({ break: 1 })];
    const href = 'attrs' in node && node.attrs.find(({ name }) => name === 'href')?.value;
    if (node.nodeName === 'a' && href) return [linkRun(docx, textOf(node.childNodes), href)];
    return runs(docx, node.childNodes, {
      ...style,
      ...(/^(strong|b)$/.test(node.nodeName) && { bold: true }),
      ...(/^(em|i)$/.test(node.nodeName) && { italics: true }),
      ...(node.nodeName === 'code' && { font: 'Consolas' }),
    });
  });
}

function textOf(nodes: Node[]): string {
  return nodes
    .map((node) => ('value' in node ? node.value : 'childNodes' in node ? textOf(node.childNodes) : ''))
    .join('');
}

/** Replaces what the library writes differently each time: the time, and random ids of links. */
function reproducible(file: Buffer): Buffer {
  const ids = new Map<string, string>();
  const parts = Object.entries(unzipSync(file)).map(([path, content]): [string, Zippable[string]] => {
    const isText = /\.(xml|rels)$/.test(path);
    const text = isText
      ? strFromU8(content)
          .replace(/(<dcterms:(?:created|modified)[^>]*>)[^<]*/g, '$12000-01-01T00:00:00Z')
          .replace(/\brId[a-z0-9_-]{20,}/gi, (id) => {
            if (!ids.has(id)) ids.set(id, `rIdLink${ids.size + 1}`);
            return ids.get(id)!;
          })
      : undefined;
    return [path, [text === undefined ? content : strToU8(text), { mtime: '2000-01-01' }]];
  });
  return Buffer.from(zipSync(Object.fromEntries(parts)));
}
