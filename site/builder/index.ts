/** From a résumé to a folder of files that any static host can serve, and a manifest beside it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuiltSite } from '../../contract/site-manifest.ts';
import { en } from '../language/en.ts';
import { languageFor } from '../language/index.ts';
import { withoutUnknownKeys } from '../resume/checks/keys.ts';
import { loadResume } from '../resume/index.ts';
import { publicCopy } from '../resume/private.ts';
import { lastModified, settingsOf } from '../resume/settings.ts';
import { findChromium } from './files/chromium.ts';
import { robots, sitemap } from './files/crawlers.ts';
import { docxFile } from './files/docx.ts';
import { markdownText } from './files/markdown-text.ts';
import { printedFrom, printPdf, type Paper } from './files/pdf.ts';
import { LARGE_PHOTO, photoFile } from './files/photo.ts';
import { plainText } from './files/plain-text.ts';
import { vcard } from './files/vcard.ts';
import { renderForeignTheme } from './foreign-theme/index.ts';
import { refuseForeignFiles, siteOf, writeSite, type BuiltFile } from './output.ts';
import { renderOwnTheme } from './own-theme.ts';

export interface BuildOptions {
  resumeFile: string;
  /** Made or replaced; refused when it holds files that no build has put there. */
  outDirectory: string;
  /** Where the page will be, such as `https://example.com`; goes before the résumé's own `meta.site.url`. */
  url?: string | undefined;
  /** A published JSON Resume theme: a package's name or folder. Without it, our own. */
  theme?: string | undefined;
  /** Size of the PDF; `a4` by default. */
  paper?: Paper | undefined;
  /** Whether to print `resume.pdf` where a Chromium is at hand; true by default. */
  pdf?: boolean | undefined;
}

/** The site as written to `outDirectory`, its manifest to `<outDirectory>.manifest.json`. */
export interface BuildResult extends BuiltSite {
  /** For people; each says what was found, where, and what follows. */
  warnings: string[];
}

/** Throws a UserError for whatever the owner can mend; then nothing has been changed. */
export async function buildSite(options: BuildOptions): Promise<BuildResult> {
  const { resumeFile, outDirectory } = options;
  await refuseForeignFiles(outDirectory);
  const loaded = await loadResume(resumeFile);
  const settings = settingsOf(loaded.resume, { url: options.url });
  const resume = publicCopy(loaded.resume, settings.private);
  const warnings = loaded.warnings ? [loaded.warnings] : [];

  const photo = await photoFile(resume.basics?.image, resumeFile);
  if (photo && photo.content.length > LARGE_PHOTO) {
    const size = Math.round(photo.content.length / 1000);
    warnings.push(`basics.image has ${size} kB: visitors wait for it. 256 × 256 pixels are enough.`);
  }
  const theme = options.theme
    ? await renderForeignTheme(options.theme, resume, settings, photo)
    : await renderOwnTheme(resume, settings, photo);
  const attachments = photo ? [photo] : [];
  const pdf =
    options.pdf === false ? undefined : await makePdf(theme.html([]), attachments, options, warnings);
  const words = languageFor(settings.language) ?? en;

  const page = theme.html([
    ...(pdf ? [{ href: 'resume.pdf', label: 'PDF' }] : []),
    { href: 'resume.docx', label: 'DOCX' },
    { href: 'resume.txt', label: words.plainText },
    { href: 'resume.md', label: 'Markdown' },
    { href: 'contact.vcf', label: words.contactCard },
    { href: 'resume.json', label: 'JSON Resume' },
  ]);
  const published = withoutUnknownKeys(resume);
  const files: BuiltFile[] = [
    text('index.html', 'text/html', page),
    ...theme.files,
    ...attachments,
    text('resume.json', 'application/json', `${JSON.stringify(published, null, 2)}\n`),
    text('resume.txt', 'text/plain', plainText(resume, settings)),
    text('resume.md', 'text/markdown', markdownText(resume, settings)),
    {
      path: 'resume.docx',
      contentType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      content: await docxFile(resume, settings, options.paper ?? 'a4'),
    },
    text('contact.vcf', 'text/vcard', vcard(resume.basics ?? {})),
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
  const site = siteOf(files, theme.contentSecurityPolicy);
  await writeSite(outDirectory, site);
  return { ...site, warnings: [...warnings, ...theme.warnings] };
}

function text(path: string, type: string, content: string): BuiltFile {
  return { path, contentType: `${type}; charset=utf-8`, content };
}

/** `undefined` with a warning where it cannot be made: the page does without. */
async function makePdf(
  html: string,
  attachments: BuiltFile[],
  { outDirectory, paper = 'a4' }: BuildOptions,
  warnings: string[],
): Promise<Buffer | undefined> {
  const chromium = await findChromium();
  if (!chromium) {
    warnings.push(
      'resume.pdf was not made: there is no Chromium or Chrome here. Install one, or name it in CHROMIUM_PATH.',
    );
    return undefined;
  }
  const previous = await readFile(join(outDirectory, 'resume.pdf')).catch(() => undefined);
  try {
    return await printPdf({ html, attachments, paper, chromium, previous });
  } catch (error) {
    warnings.push(
      `resume.pdf was not made: ${chromium} failed (${(error as Error).message.split('\n')[0]}).`,
    );
    return undefined;
  }
}
