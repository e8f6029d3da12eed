/**
 * What the site builder passes to the site's publishers: the local static host, and Terraform, which reads it with `jsondecode`. The
 * file is next to the folder of files: `<out>.manifest.json`. A built site contains no address and is the same in every environment.
 */

/** Path of the WebSocket on the site's own origin. Also the name of the API's stage: API Gateway rejects any other path. */
export const COUNTER_PATH = '/live';

export interface SiteManifest {
  files: SiteFile[];
  /** Value of the Content-Security-Policy header. */
  contentSecurityPolicy: string;
}

/** A site in memory: files and policy of one build, even if the folder is built again. */
export interface BuiltSite {
  manifest: SiteManifest;
  /** Each file of the manifest by its path, as built. */
  contents: ReadonlyMap<string, Uint8Array>;
}

export interface SiteFile {
  /** Key relative to the site's root, with `/` between folders: `index.html`, `de`. */
  path: string;
  /** Path in the built folder, if it differs: `de.html` for `de`. */
  file?: string;
  contentType: string;
  cacheControl: string;
  /** Further response headers, in lower case. `x-robots-tag` is the only one that publishers support. */
  headers?: { 'x-robots-tag': string };
  /** Base64 SHA-256 of the file as built. */
  sha256: string;
  /**
   * Hash of a file's source, for files whose bytes differ between versions of the program that prints them: a PDF. While it is the same,
   * the published file need not be replaced.
   */
  sourceSha256?: string;
}

/** Paths of the pages other than the index and 404.html; infra/locals.tf has the same rule. */
export function editionPaths({ files }: SiteManifest): string[] {
  return files
    .filter(({ path, contentType }) => contentType.startsWith('text/html') && !path.endsWith('.html'))
    .map(({ path }) => path)
    .sort();
}
