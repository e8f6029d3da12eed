/** resume.pdf, printed from the page by a Chromium on this machine. The same page gives the same bytes. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { PaperFont } from './paper-font.ts';

export type Paper = 'a4' | 'letter';

export interface PdfOptions {
  html: string;
  /** Files the page refers to, by the names it uses. */
  attachments: { path: string; content: string | Uint8Array }[];
  paper: Paper;
  chromium: string;
  /** Fonts to embed. Also turns on scaling, which needs the built-in theme. */
  font?: (() => Promise<PaperFont>) | undefined;
  /** Fits the content on this many pages, if 9 pt is small enough. */
  pages?: number | undefined;
  /** The PDF of an earlier build: returned if it was printed from the same page. */
  previous?: Buffer | undefined;
  /** Milliseconds for one print, which takes one or two seconds. */
  timeout?: number;
}

export interface Printed {
  pdf: Buffer;
  /** What the owner should know, for example that the content needs more pages than wanted. */
  note: string;
}

const SIZES = { a4: 'A4', letter: 'letter' };
/** From roomy to the floor: font size in points, a factor for the space between blocks, and the page's margins. */
const SCALES = [
  { size: 9.75, air: 1, margin: '14mm 15mm' },
  { size: 9.5, air: 0.8, margin: '13mm 15mm' },
  { size: 9.25, air: 0.65, margin: '12mm 14mm' },
  { size: 9, air: 0.45, margin: '10mm 13mm' },
] as const;
type Scale = (typeof SCALES)[number];
const FLOOR = SCALES.at(-1)!;

/** A PDF may carry comments after its end. This one holds the hash of what was printed, and the note. */
const MARK = '%printed-from ';
/** Any fixed moment, in PDF's notation. */
const DATE = "(D:20000101000000+00'00')";

/** @throws the browser's own message if printing fails */
export async function printPdf(options: PdfOptions): Promise<Printed> {
  const { html, attachments, paper, pages, previous, font } = options;
  const source = `${html}\0${paper}\0${pages ?? ''}\0${JSON.stringify(SCALES)}`;
  const hash = fingerprint([source, ...attachments.map(({ content }) => content)]);
  if (previous && printedFrom(previous) === hash) return { pdf: previous, note: noteOf(previous) };

  const folder = await mkdtemp(join(tmpdir(), 'cloud-resume-pdf-'));
  try {
    for (const { path, content } of attachments) await writeFile(join(folder, path), content);
    const faces = await font?.();
    const print = (scale?: Scale, page = html) => printOnce({ ...options, html: page }, folder, faces, scale);
    const fitted = faces ? await fit(print, html, pages) : { pdf: await print(), note: '' };
    const notes = [fitted.note, faces?.missing && fontNote(faces.missing)].filter(Boolean);
    const note = notes.join(' ');
    const mark = `\n${MARK}${hash} ${Buffer.from(note).toString('base64')}\n`;
    return { pdf: Buffer.concat([withoutClock(fitted.pdf), Buffer.from(mark)]), note };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

type Print = (scale?: Scale, html?: string) => Promise<Buffer>;

/** The roomiest scale that fits. Without a wish, one step tighter is taken if it saves a page. */
async function fit(print: Print, html: string, pages: number | undefined): Promise<Printed> {
  const [roomy, tighter] = SCALES;
  if (pages === undefined) {
    const pdf = await print(roomy);
    if (pageCount(pdf) === 1) return { pdf, note: '' };
    const second = await print(tighter);
    return { pdf: pageCount(second) < pageCount(pdf) ? second : pdf, note: '' };
  }
  let pdf: Buffer | undefined;
  for (const scale of SCALES) {
    pdf = await print(scale);
    if (pageCount(pdf) <= pages) return { pdf, note: '' };
  }
  const cut = await sectionsToCut(print, html, pages);
  const remedy = cut.length
    ? `It would fit without ${cut.join(', ')}. Hide or shorten them.`
    : 'Shorten the summary and the entries.';
  return {
    pdf: pdf!,
    note: `resume.pdf has ${pageCount(pdf!)} pages even at ${FLOOR.size} pt, and meta.site.pages is ${pages}. ${remedy}`,
  };
}

/** Labels of the last sections that must go until the rest fits at the floor. */
async function sectionsToCut(print: Print, html: string, pages: number): Promise<string[]> {
  const labels: string[] = [];
  let rest = html;
  for (;;) {
    const start = rest.lastIndexOf('<section ');
    if (start < 0) return [];
    const end = rest.indexOf('</section>', start) + '</section>'.length;
    labels.unshift(/<h2[^>]*>(.*?)<\/h2>/.exec(rest.slice(start, end))?.[1] ?? '');
    rest = rest.slice(0, start) + rest.slice(end);
    if (pageCount(await print(FLOOR, rest)) <= pages) return labels;
  }
}

async function printOnce(
  { html, paper, chromium, timeout = 30_000 }: PdfOptions,
  folder: string,
  font: PaperFont | undefined,
  scale: Scale | undefined,
): Promise<Buffer> {
  const type =
    font && scale
      ? `${font.css}:root:root{font-family:Paper,sans-serif;font-size:${scale.size}pt;--air:${scale.air}}`
      : '';
  const margin = scale ? `;margin:${scale.margin}` : '';
  const style = `<style>@page{size:${SIZES[paper]}${margin}}@media print{${type}}</style>`;
  await writeFile(join(folder, 'print.html'), html.replace('</head>', `${style}</head>`));
  const pdf = join(folder, 'resume.pdf');
  await promisify(execFile)(
    chromium,
    [
      '--headless',
      '--disable-gpu',
      '--no-first-run',
      `--user-data-dir=${join(folder, 'profile')}`,
      // Chromium has no sandbox for root, as in containers. It opens only the page that was just built.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--no-pdf-header-footer',
      `--print-to-pdf=${pdf}`,
      pathToFileURL(join(folder, 'print.html')).href,
    ],
    { timeout },
  );
  return readFile(pdf);
}

/** SHA-256 of the page and its files, hexadecimal. Empty for a PDF that this module did not print. */
export function printedFrom(pdf: Buffer): string {
  return lastLine(pdf).split(' ')[0] ?? '';
}

function noteOf(pdf: Buffer): string {
  return Buffer.from(lastLine(pdf).split(' ')[1] ?? '', 'base64').toString();
}

function lastLine(pdf: Buffer): string {
  const start = pdf.lastIndexOf(MARK);
  return start < 0
    ? ''
    : pdf
        .subarray(start + MARK.length)
        .toString('latin1')
        .trimEnd();
}

/** The page tree's `/Count`. Chromium writes page trees uncompressed; with several, the root has the largest. */
function pageCount(pdf: Buffer): number {
  return Math.max(
    0,
    ...[...pdf.toString('latin1').matchAll(/\/Count (\d+)/g)].map(([, count]) => Number(count)),
  );
}

function fontNote(letters: string): string {
  const some = [...letters].slice(0, 5).join(' ');
  return `resume.pdf uses this machine's fonts for letters that Source Sans lacks (${some} …): look at it before you send it.`;
}

/** Keeps the length, because the file contains byte offsets. */
function withoutClock(pdf: Buffer): Buffer {
  const text = pdf
    .toString('latin1')
    .replace(/(\/(?:CreationDate|ModDate) )\(D:[^)]*\)/g, (whole, key: string) => {
      const date = DATE.padEnd(whole.length - key.length);
      return key + date.slice(0, whole.length - key.length);
    });
  return Buffer.from(text, 'latin1');
}

function fingerprint(parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}
