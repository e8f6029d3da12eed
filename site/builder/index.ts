import type { BuiltSite } from '../../contract/site-manifest.ts';
import { ResumeError } from '../../shared/problem.ts';
import { UserError } from '../../shared/user-error.ts';
import type { Resume } from '../resume/types.ts';
import { sourceCode } from '../how/source-code.ts';
import { loadEditions } from '../resume/editions.ts';
import { buildEdition, type SitePrivacy } from './edition.ts';
import { robots, sitemap } from './files/crawlers.ts';
import type { Paper } from './files/pdf.ts';
import { hashOf, refuseOtherFiles, siteOf, textFile, writeSite, type BuiltFile } from './output.ts';
import { mergedPolicy } from './policy.ts';
import { publicFiles } from './public-files.ts';
import { findTheme, themePackage } from './third-party-theme/load.ts';

export interface BuildOptions {
  /** The files of its other languages are next to it: `resume.de.json`. */
  resumeFile: string;
  /** Created or replaced. Must not contain files that no build wrote. */
  outDirectory: string;
  /** The page's URL, such as `https://example.com`; overrides `meta.site.url`. */
  url?: string | undefined;
  /** A third-party JSON Resume theme: a package's name or folder; `built-in` is our own. Default: `meta.theme` of the résumé. */
  theme?: string | undefined;
  /** Paper of the PDF; default `a4`. */
  paper?: Paper | undefined;
  /** Fetch a photo that is on another server; default false. */
  fetchPhoto?: boolean | undefined;
  /** Add what `resume.private.json` contains; default false. Only for builds that are not published. */
  withPrivate?: boolean | undefined;
  /** Print PDFs if Chromium is installed; default true. */
  pdf?: boolean | undefined;
  /** What the privacy page says about the deployed site; by default what the defaults of cloud-resume.json mean. */
  privacy?: SitePrivacy | undefined;
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
  await refuseOtherFiles(options.outDirectory);
  const { editions, warnings } = await loadEditions(options.resumeFile, options).catch(nothingBuilt);
  const languages = editions.filter(({ variant }) => variant === undefined);
  const { theme, note } = chooseTheme(options.theme, editions[0].resume);
  const built = [];
  // One after the other: each may start a browser.
  for (const edition of editions) built.push(await buildEdition(edition, editions, { ...options, theme }));

  const { url } = editions[0].settings;
  const files: BuiltFile[] = [
    ...built.flatMap(({ files }) => files),
    textFile('robots.txt', 'text/plain', robots(url)),
    ...(url ? [textFile('sitemap.xml', 'application/xml', sitemap(languages))] : []),
  ];
  const policy = mergedPolicy(built.map(({ contentSecurityPolicy }) => contentSecurityPolicy));
  if (policy.length > MAX_POLICY) throw tooLongPolicy(policy.length, theme);
  const unique = withoutRepeats(files);
  const { files: others, warning } = await publicFiles(
    options.resumeFile,
    unique,
    editions.flatMap(({ resume }) => resume.basics?.image ?? []),
  );
  unique.push(...others);
  const siteHash = hashOf(siteOf(unique, policy).manifest);
  const { how } = built[0]!;
  if (how) {
    unique.push(textFile('how', 'text/html', how({ siteHash, source: await sourceCode() })));
  }
  const site = siteOf(unique, policy);
  await writeSite(options.outDirectory, site);
  return {
    ...site,
    siteHash,
    warnings: [
      ...new Set([
        ...warnings,
        ...[note, warning].filter((text) => text !== undefined),
        ...built.flatMap(({ warnings }) => warnings),
      ]),
    ],
  };
}

export const BUILT_IN = 'built-in';

/**
 * Exports of other tools often name a theme in `meta.theme`, so one that is not installed is no error.
 * @returns the theme; undefined for the built-in one
 */
function chooseTheme(
  chosen: string | undefined,
  { meta }: Resume,
): { theme?: string | undefined; note?: string } {
  const wished = meta?.['theme'];
  const theme = chosen ?? (typeof wished === 'string' && wished ? wished : BUILT_IN);
  if (theme === BUILT_IN) return {};
  if (chosen !== undefined || findTheme(theme)) return { theme };
  const name = themePackage(theme);
  return {
    note: `meta.theme is "${theme}", but ${name} is not installed: this is the built-in theme. Run npm install ${name}, or delete meta.theme.`,
  };
}

/** CloudFront rejects a longer Content-Security-Policy (`TooLongCSPInResponseHeadersPolicy`); characters. */
const MAX_POLICY = 1_783;

function tooLongPolicy(length: number, theme = 'the built-in theme'): UserError {
  return new UserError(
    `The Content-Security-Policy of ${theme} has ${length} characters; CloudFront allows ${MAX_POLICY}.`,
    'Nothing was built. Choose a theme with fewer inline scripts and style attributes, or publish fewer editions.',
  );
}

function nothingBuilt(error: unknown): never {
  throw error instanceof ResumeError
    ? new UserError(error.message, `Nothing was built. ${error.remedy}`)
    : error;
}

/** Editions with the same name share their icons. */
function withoutRepeats(files: BuiltFile[]): BuiltFile[] {
  return files.filter(({ path }, index) => files.findIndex((file) => file.path === path) === index);
}
