/** Prints the page with Chromium. The same page gives the same bytes. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

export type Paper = 'a4' | 'letter';

export interface PdfOptions {
  html: string;
  /** Files that the page refers to, under the same paths. */
  attachments: { path: string; content: string | Uint8Array }[];
  paper: Paper;
  chromium: string;
  /** The PDF of an earlier build; reused if it was printed from the same page. */
  previous?: Buffer | undefined;
  /** Milliseconds; printing takes one or two seconds. */
  timeout?: number;
}

const SIZES = { a4: 'A4', letter: 'letter' };
/** A comment after the PDF's end, with a hash of its source. */
const MARK = '%printed-from ';
/** A fixed date in PDF syntax. */
const DATE = "(D:20000101000000+00'00')";

/** @throws Error with the browser's message if printing fails */
export async function printPdf(options: PdfOptions): Promise<Buffer> {
  const { html, attachments, paper, chromium, previous, timeout = 30_000 } = options;
  const source = html.replace('</head>', `<style>@page{size:${SIZES[paper]}}</style></head>`);
  const mark = `${MARK}${fingerprint([source, ...attachments.map(({ content }) => content)])}\n`;
  if (previous?.subarray(-mark.length).toString('latin1') === mark) return previous;

  const folder = await mkdtemp(join(tmpdir(), 'cloud-resume-pdf-'));
  try {
    for (const { path, content } of attachments) await writeFile(join(folder, path), content);
    await writeFile(join(folder, 'print.html'), source);
    const pdf = join(folder, 'resume.pdf');
    await promisify(execFile)(
      chromium,
      [
        '--headless',
        '--disable-gpu',
        '--no-first-run',
        `--user-data-dir=${join(folder, 'profile')}`,
        // Chromium has no sandbox for root, as in containers. It opens only the page we built.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--no-pdf-header-footer',
        `--print-to-pdf=${pdf}`,
        pathToFileURL(join(folder, 'print.html')).href,
      ],
      { timeout },
    );
    return Buffer.concat([withoutClock(await readFile(pdf)), Buffer.from(mark)]);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The hexadecimal SHA-256 of the page and its files, from the PDF's last line. */
export function printedFrom(pdf: Buffer): string {
  return pdf
    .subarray(pdf.lastIndexOf(MARK) + MARK.length)
    .toString('latin1')
    .trim();
}

/** Same length, so that the offsets inside the file stay right. */
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
