/** One edition of the résumé: its page and the files that belong to it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { en } from '../language/en.ts';
import { languageFor } from '../language/index.ts';
import type { Edition } from '../resume/editions.ts';
import type { Alternate } from '../theme/head.ts';
import { renderBuiltInTheme } from './built-in-theme.ts';
import { privacyWords, type PrivacyFacts } from '../privacy/words.ts';
import { privacyPath, type How } from './common-files.ts';
import { findChromium } from './files/chromium.ts';
import { docxFile } from './files/docx.ts';
import { markdownText } from './files/markdown-text.ts';
import { paperFont } from './files/paper-font.ts';
import { printedFrom, printPdf, type Paper } from './files/pdf.ts';
import { photoFile } from './files/photo.ts';
import { plainText } from './files/plain-text.ts';
import { vcard } from './files/vcard.ts';
import { textFile, type BuiltFile } from './output.ts';
import { renderThirdPartyTheme } from './third-party-theme/index.ts';

export interface EditionOptions {
  outDirectory: string;
  theme?: string | undefined;
  paper?: Paper | undefined;
  fetchPhoto?: boolean | undefined;
  pdf?: boolean | undefined;
  privacy?: SitePrivacy | undefined;
}

/** The part of what the privacy page says that the deployed site's settings decide. */
export type SitePrivacy = Omit<PrivacyFacts, 'links'>;

const DEFAULT_PRIVACY: SitePrivacy = { logRetentionDays: 30, accessLogs: false, limitsAddresses: true };

export interface BuiltEdition {
  files: BuiltFile[];
  contentSecurityPolicy: string;
  how: How | undefined;
  warnings: string[];
}

/** @param editions of the site, this one included */
export async function buildEdition(
  edition: Edition,
  editions: Edition[],
  options: EditionOptions,
): Promise<BuiltEdition> {
  const { path, resume, settings } = edition;
  const unlisted = edition.variant !== undefined;
  const named = (name: string) => (path ? name.replace('.', `.${path}.`) : name);
  const warnings: string[] = [];

  const { file: photo, warning } = await photoFile(
    resume.basics?.image,
    edition.resumeFile,
    options.fetchPhoto,
  );
  if (warning) warnings.push(warning);
  const privacy = { ...DEFAULT_PRIVACY, ...options.privacy, links: settings.links };
  const languages = editions.filter(({ variant }) => variant === undefined);
  const alternates = unlisted ? [] : alternatesOf(languages);
  const render = { edition, editions, photo, alternates, privacy };
  const theme = options.theme
    ? await renderThirdPartyTheme(options.theme, render)
    : await renderBuiltInTheme(render);
  const attachments = photo ? [photo] : [];
  const pdf =
    options.pdf === false
      ? undefined
      : await makePdf(theme.html([]), attachments, options, named('resume.pdf'), settings.pages, warnings);
  const words = languageFor(settings.language) ?? en;

  const page = theme.html([
    ...(pdf ? [{ href: named('resume.pdf'), label: 'PDF' }] : []),
    { href: named('resume.docx'), label: 'DOCX' },
    { href: named('resume.txt'), label: words.plainText },
    { href: named('resume.md'), label: 'Markdown' },
    { href: named('contact.vcf'), label: words.contactCard },
    { href: named('resume.json'), label: 'JSON Resume' },
    { href: privacyPath(edition), label: privacyWords(settings.language).words.title },
  ]);
  const own: BuiltFile[] = [
    textFile(path || 'index.html', 'text/html', page),
    textFile(named('resume.json'), 'application/json', `${JSON.stringify(resume, null, 2)}\n`),
    textFile(named('resume.txt'), 'text/plain', plainText(resume, settings)),
    textFile(named('resume.md'), 'text/markdown', markdownText(resume, settings)),
    {
      path: named('resume.docx'),
      contentType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      content: await docxFile(resume, settings, options.paper ?? 'a4'),
    },
    textFile(named('contact.vcf'), 'text/vcard', vcard(resume)),
    ...(pdf
      ? [
          {
            path: named('resume.pdf'),
            contentType: 'application/pdf',
            content: pdf,
            sourceSha256: printedFrom(pdf),
          },
        ]
      : []),
  ];
  return {
    files: [...own.map((file) => ({ ...file, unlisted })), ...theme.files, ...attachments],
    contentSecurityPolicy: theme.contentSecurityPolicy,
    how: theme.how,
    warnings: [...warnings, ...theme.warnings],
  };
}

/** URLs are absolute if the site's URL is known. */
function alternatesOf(languages: Edition[]): Alternate[] {
  if (languages.length < 2) return [];
  const links = languages.map((edition) => ({
    language: edition.settings.language,
    href: (edition.settings.url ?? '/') + edition.path,
  }));
  return [...links, { language: 'x-default', href: links[0]!.href }];
}

/** Adds a warning and returns `undefined` if the PDF cannot be printed. */
async function makePdf(
  html: string,
  attachments: BuiltFile[],
  { outDirectory, paper = 'a4', theme }: EditionOptions,
  path: string,
  pages: number | undefined,
  warnings: string[],
): Promise<Buffer | undefined> {
  const chromium = await findChromium();
  if (!chromium) {
    warnings.push(
      `${path} was not made: Chromium and Chrome are missing. Install one, or set CHROMIUM_PATH.`,
    );
    return undefined;
  }
  const previous = await readFile(join(outDirectory, path)).catch(() => undefined);
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
    if (note) warnings.push(note.replaceAll('resume.pdf', path));
    return pdf;
  } catch (error) {
    warnings.push(`${path} was not made: ${chromium} failed (${(error as Error).message.split('\n')[0]}).`);
    return undefined;
  }
}

/** Every character that the page may print: of its text and links, of its entities, and those that the style sheet adds. */
function printedText(html: string): string {
  return `${html.slice(html.indexOf('<main'), html.indexOf('</main>'))}&<>"– ·`;
}
