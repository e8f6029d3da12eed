/**
 * What the site builder passes to the site's publishers: the local static host and Terraform (which reads
 * `site-manifest.json` with `jsondecode`). It is next to the folder of files: `<out>.manifest.json`.
 */

/**
 * The place of the WebSocket's URL in the policy and in files with `hasEndpoint`.
 * The builder does not know the URL. The publisher replaces this text with it, byte for byte.
 */
export const ENDPOINT_PLACEHOLDER = 'wss://counter-endpoint.invalid';

export interface SiteManifest {
  files: SiteFile[];
  /** Value of the Content-Security-Policy header; `connect-src` names {@link ENDPOINT_PLACEHOLDER}. */
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
  /** Whether the file contains {@link ENDPOINT_PLACEHOLDER}. */
  hasEndpoint: boolean;
}
