import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuiltSite } from '../../contract/site-manifest.ts';
import { en } from '../language/en.ts';
import { languageFor } from '../language/index.ts';
import { ResumeError } from '../../shared/problem.ts';
import { UserError } from '../../shared/user-error.ts';
import { sourceCode } from '../how/source-code.ts';
import { loadResume } from '../resume/index.ts';
import { lastModified, settingsOf } from '../resume/settings.ts';
import { findChromium } from './files/chromium.ts';
import { robots, sitemap } from './files/crawlers.ts';
import { docxFile } from './files/docx.ts';
import { markdownText } from './files/markdown-text.ts';
import { paperFont } from './files/paper-font.ts';
import { printedFrom, printPdf, type Paper } from './files/pdf.ts';
import { LARGE_PHOTO, photoFile } from './files/photo.ts';
import { plainText } from './files/plain-text.ts';
import { vcard } from './files/vcard.ts';
import { renderThirdPartyTheme } from './third-party-theme/index.ts';
import { hashOf, refuseOtherFiles, siteOf, writeSite, type BuiltFile } from './output.ts';
import { renderBuiltInTheme } from './built-in-theme.ts';

export interface BuildOptions {
  resumeFile: string;
  /** Created or replaced. Must not contain files that no build wrote. */
  outDirectory: string;
  /** The page's URL, such as `https://example.com`; overrides `meta.site.url`. */
  url?: string | undefined;
  /** A third-party JSON Resume theme: a package's name or folder. Default: our own. */
  theme?: string | undefined;
  /** Paper of the PDF; default `a4`. */
  paper?: Paper | undefined;
  /** Print `resume.pdf` if Chromium is installed; default true. */
  pdf?: boolean | undefined;
}

/** The site as written to `outDirectory`, its manifest to `<outDirectory>.manifest.json`. */
export interface BuildResult extends BuiltSite {
  /** Notes for the owner: what was found, where, and what to do. */
  warnings: string[];
  /** SHA-256 of the manifest without /how, hexadecimal: the same résumé and code give the same hash. */
  siteHash: string;
}

/**
 * Builds a résumé into a folder of static files, with a manifest next to it.
 * @throws UserError for anything the owner can fix; nothing was written then
 */
export async function buildSite(options: BuildOptions): Promise<BuildResult> {
  const { resumeFile, outDirectory } = options;
  await refuseOtherFiles(outDirectory);
  const loaded = await loadResume(resumeFile).catch((error: unknown) => {
    throw error instanceof ResumeError
      ? new UserError(error.message, `Nothing was built. ${error.remedy}`)
      : error;
  });
  const settings = settingsOf(loaded.resume, { url: options.url });
  const { resume } = loaded;
  const warnings = loaded.warnings ? [loaded.warnings] : [];

  const photo = await photoFile(resume.basics?.image, resumeFile);
  if (photo && photo.content.length > LARGE_PHOTO) {
    const size = Math.round(photo.content.length / 1000);
    warnings.push(
      `basics.image is ${size} kB, and visitors wait for it. Use a smaller file: 256 × 256 pixels are enough.`,
    );
  }
  const theme = options.theme
    ? await renderThirdPartyTheme(options.theme, resume, settings, photo)
    : await renderBuiltInTheme(resume, settings, photo);
  const attachments = photo ? [photo] : [];
  const pdf =
    options.pdf === false
      ? undefined
      : await makePdf(theme.html([]), attachments, options, settings.pages, warnings);
  const words = languageFor(settings.language) ?? en;

  const page = theme.html([
    ...(pdf ? [{ href: 'resume.pdf', label: 'PDF' }] : []),
    { href: 'resume.docx', label: 'DOCX' },
    { href: 'resume.txt', label: words.plainText },
    { href: 'resume.md', label: 'Markdown' },
    { href: 'contact.vcf', label: words.contactCard },
    { href: 'resume.json', label: 'JSON Resume' },
  ]);
  const files: BuiltFile[] = [
    text('index.html', 'text/html', page),
    ...theme.files,
    ...attachments,
    text('resume.json', 'application/json', `${JSON.stringify(resume, null, 2)}\n`),
    text('resume.txt', 'text/plain', plainText(resume, settings)),
    text('resume.md', 'text/markdown', markdownText(resume, settings)),
    {
      path: 'resume.docx',
      contentType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      content: await docxFile(resume, settings, options.paper ?? 'a4'),
    },
    text('contact.vcf', 'text/vcard', vcard(resume)),
    text('robots.txt', 'text/plain', robots(settings.url)),
    ...(settings.url
      ? [text('sitemap.xml', 'application/xml', sitemap(settings.url, lastModified(resume)))]
      : []),
    ...(pdf
      ? [
          {
            path: 'resume.pdf',
            contentType: 'application/pdf',
            content: pdf,
            sourceSha256: printedFrom(pdf),
          },
        ]
      : []),
  ];
  const siteHash = hashOf(siteOf(files, theme.contentSecurityPolicy).manifest);
  if (theme.how) files.push(text('how', 'text/html', theme.how({ siteHash, source: await sourceCode() })));
  const site = siteOf(files, theme.contentSecurityPolicy);
  await writeSite(outDirectory, site);
  return { ...site, siteHash, warnings: [...warnings, ...theme.warnings] };
}

function text(path: string, type: string, content: string): BuiltFile {
  return { path, contentType: `${type}; charset=utf-8`, content };
}

/** Adds a warning and returns `undefined` if the PDF cannot be printed. */
async function makePdf(
  html: string,
  attachments: BuiltFile[],
  { outDirectory, paper = 'a4', theme }: BuildOptions,
  pages: number | undefined,
  warnings: string[],
): Promise<Buffer | undefined> {
  const chromium = await findChromium();
  if (!chromium) {
    warnings.push(
      'resume.pdf was not made: Chromium and Chrome are missing. Install one, or set CHROMIUM_PATH.',
    );
    return undefined;
  }
  const previous = await readFile(join(outDirectory, 'resume.pdf')).catch(() => undefined);
  try {
    const { pdf, note } = await printPdf({
      html,
      attachments,
      paper,
      chromium,
      previous,
      pages,
      font: theme ? undefined : () => paperFont(printedText(html)),
    });
    if (note) warnings.push(note);
    return pdf;
  } catch (error) {
    warnings.push(
      `resume.pdf was not made: ${chromium} failed (${(error as Error).message.split('\n')[0]}).`,
    );
    return undefined;
  }
}

/** Every character that the page may print, and those that the style sheet adds. */
function printedText(html: string): string {
  const body = html.slice(html.indexOf('<body'));
  const attributes = [...body.matchAll(/ href="([^"]*)"/g)].map(([, href]) => href);
  return parse(body.replace(/<[^>]*>/g, ' ')) + attributes.join('') + '– ·';
}

function parse(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|\w+);/gi, (_, decimal?: string, hexadecimal?: string) =>
    decimal || hexadecimal
      ? String.fromCodePoint(parseInt(decimal ?? hexadecimal!, decimal ? 10 : 16))
      : `&<>"'`,
  );
}
