/**
 * Decides which hashed files of earlier releases stay, because open pages request them (decision 6). Terraform deletes everything that
 * is not in its configuration, so every deploy lists them.
 */
import type { SiteManifest } from '../../contract/site-manifest.ts';
import type { State } from './state.ts';

/** Terraform's variable `kept_assets`. */
export type KeptAssets = Record<string, { content_type: string; cache_control: string }>;

export interface KeptAssetsOptions {
  /** What was applied last; undefined before the first deploy. */
  state: State | undefined;
  /** The new release. */
  manifest: SiteManifest;
  superseded: Record<string, string>;
  now: Date;
}

/** A page is rarely open for longer, and it loads most of its files when it opens. */
const KEPT_DAYS = 30;

/**
 * Drops files only together with a new release, so that a deploy without changes changes nothing, however late it is.
 * @returns the variable, and what the next deploy needs
 */
export function keptAssets({ state, manifest, superseded, now }: KeptAssetsOptions): {
  kept: KeptAssets;
  superseded: Record<string, string>;
} {
  const published = assetsOf(state);
  const current = new Set(manifest.files.map(({ path }) => path));
  const former = Object.keys(published).filter((key) => !current.has(key));
  const isNewRelease =
    former.some((key) => superseded[key] === undefined) ||
    manifest.files.some(({ path, cacheControl }) => cacheControl.includes('immutable') && !published[path]);
  const oldest = new Date(now.getTime() - KEPT_DAYS * 86_400_000).toISOString();
  const times = former.map((key) => [key, superseded[key] ?? now.toISOString()] as const);
  const staying = isNewRelease ? times.filter(([, at]) => at >= oldest) : times;
  return {
    kept: Object.fromEntries(staying.map(([key]) => [key, published[key]!])),
    superseded: Object.fromEntries(staying),
  };
}

function assetsOf(state: State | undefined): KeptAssets {
  const resource = state?.resources.find(({ type, name }) => type === 'aws_s3_object' && name === 'asset');
  return Object.fromEntries(
    (resource?.instances ?? []).map(({ index_key: key, attributes }) => [
      String(key),
      {
        content_type: String(attributes?.['content_type']),
        cache_control: String(attributes?.['cache_control']),
      },
    ]),
  );
}
