import { COUNTER_PATH } from '../../contract/site-manifest.ts';
import { markup, raw, type Html } from './html.ts';

export interface Head {
  title: string;
  description: string;
  /** Absolute. */
  canonical?: string | undefined;
  /** The page in each of its languages, this one included. */
  alternates?: Alternate[];
  /** Keeps the page out of search engines. */
  noindex?: boolean;
  /** URL of the OpenGraph card; absolute if the site's URL is known. */
  card?: string | undefined;
  favicon: string;
  touchIcon?: string | undefined;
  /** schema.org, as JSON. */
  jsonLd?: string | undefined;
  /** Minified. */
  css: string;
  /** Minified; blocks the first paint. */
  script: string;
}

export interface Alternate {
  /** BCP 47 tag, or `x-default`. */
  language: string;
  href: string;
}

/** Children of `<head>`. Inline code stays byte for byte: the policy holds its hash. */
export function head(parts: Head): Html {
  const { title, description, canonical, alternates = [], noindex, card, favicon, touchIcon, jsonLd } = parts;
  return markup`<meta charset="utf-8"><title>${title}</title><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">${endpointMeta()}<style>${raw(parts.css)}</style><script>${raw(parts.script)}</script>${noindex && markup`<meta name="robots" content="noindex">`}<meta name="description" content="${description}">${themeColors()}${canonical && markup`<link rel="canonical" href="${canonical}"><meta property="og:url" content="${canonical}">`}${alternateLinks(alternates)}<link rel="icon" href="${favicon}" type="image/svg+xml">${touchIcon && markup`<link rel="apple-touch-icon" href="${touchIcon}">`}<meta property="og:type" content="profile"><meta property="og:title" content="${title}"><meta property="og:description" content="${description}">${card && markup`<meta property="og:image" content="${card}"><meta property="og:image:width" content="1200"><meta property="og:image:height" content="630"><meta name="twitter:card" content="summary_large_image">`}${jsonLd && markup`<script type="application/ld+json">${raw(jsonLd.replaceAll('<', '\\u003c'))}</script>`}`;
}

/** The page's background for the browser's frame. */
export function themeColors(): Html {
  return markup`<meta name="theme-color" content="#ffffff" media="(prefers-color-scheme:light)"><meta name="theme-color" content="#14171a" media="(prefers-color-scheme:dark)">`;
}

export function alternateLinks(alternates: Alternate[]): Html[] {
  return alternates.map(
    ({ language, href }) => markup`<link rel="alternate" hreflang="${language}" href="${href}">`,
  );
}

/** Where the client finds the WebSocket. Pages hosted elsewhere may hold an absolute `wss://` URL instead. */
export function endpointMeta(): Html {
  return markup`<meta name="counter-endpoint" content="${COUNTER_PATH}">`;
}
