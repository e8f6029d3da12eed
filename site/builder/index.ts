/** From `resume.json` to a folder of files that any static host can serve, and a manifest beside it. */
import { readFile } from 'node:fs/promises';
import type { SiteManifest } from '../../contract/site-manifest.ts';
import { plain } from '../theme/markdown.ts';
import { page } from '../theme/page.ts';
import { settingsOf } from '../resume/settings.ts';
import type { Resume } from '../resume/types.ts';
import { clientScript, styleSheet } from './bundle.ts';
import { displayFontFace } from './display-font.ts';
import { manifestOf, refuseForeignFiles, writeSite, type BuiltFile } from './output.ts';
import { contentSecurityPolicy } from './policy.ts';

export interface BuildOptions {
  resumeFile: string;
  /** Made or replaced; refused when it holds files that no build has put there. */
  outDirectory: string;
  /** Where the page will be, such as `https://example.com`; goes before the résumé's own `meta.site.url`. */
  url?: string;
}

export interface BuildResult {
  /** Also written to `<outDirectory>.manifest.json`. */
  manifest: SiteManifest;
  /** For people; each says what was found, where, and what follows. */
  warnings: string[];
}

/** Throws a SiteError for whatever the owner can mend; then nothing has been changed. */
export async function buildSite(options: BuildOptions): Promise<BuildResult> {
  await refuseForeignFiles(options.outDirectory);
  const resume = JSON.parse(await readFile(options.resumeFile, 'utf8')) as Resume;
  const settings = settingsOf(resume, { url: options.url });
  const font = await displayFontFace(resume.basics?.name ?? '');
  const [script, css] = await Promise.all([
    clientScript('index.ts'),
    styleSheet(['page.css', 'print.css'], font),
  ]);
  const favicon = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1H0z"/></svg>';
  const html = page(resume, settings, {
    head: {
      title: [resume.basics?.name, resume.basics?.label].filter(Boolean).join(' – '),
      description: plain(resume.basics?.summary ?? ''),
      canonical: settings.url,
      favicon: '/favicon.svg',
      css,
      script,
    },
    downloads: [{ href: '/resume.json', label: 'JSON' }],
  });
  const files: BuiltFile[] = [
    { path: 'index.html', contentType: 'text/html; charset=utf-8', content: html },
    {
      path: '404.html',
      contentType: 'text/html; charset=utf-8',
      content: '<!doctype html><title>Not found</title>',
    },
    { path: 'favicon.svg', contentType: 'image/svg+xml', content: favicon },
    { path: 'resume.json', contentType: 'application/json', content: JSON.stringify(resume, null, 2) },
  ];
  const manifest = manifestOf(files, contentSecurityPolicy({ scripts: [script], styles: [css] }));
  await writeSite(options.outDirectory, files, manifest);
  return { manifest, warnings: [] };
}
