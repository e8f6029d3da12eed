/** The Content-Security-Policy that a theme's page needs: everything it does, and nothing else. */
import { ENDPOINT_PLACEHOLDER } from '../../../contract/site-manifest.ts';
import { hashSource, policyText } from '../policy.ts';
import type { Needs } from './needs.ts';

/** Style sheets from here load their fonts from there. */
const FONT_HOSTS: Record<string, string> = { 'https://fonts.googleapis.com': 'https://fonts.gstatic.com' };

export function themePolicy(needs: Needs): string {
  const { script, style, image, frame } = needs.origins;
  return policyText({
    'default-src': ["'none'"],
    'script-src': [...needs.scripts.map(hashSource), ...inAttributes(needs.handlers), ...script],
    'style-src': [...needs.styles.map(hashSource), ...inAttributes(needs.styleAttributes), ...style],
    // Style sheets from elsewhere may bring pictures and fonts of their own from where they lie.
    'img-src': ["'self'", 'data:', ...image, ...style],
    'font-src': [
      "'self'",
      'data:',
      ...style,
      ...image,
      ...[...style].map((origin) => FONT_HOSTS[origin] ?? origin),
    ],
    'connect-src': [ENDPOINT_PLACEHOLDER],
    ...(frame.size && { 'frame-src': [...frame] }),
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  });
}

/** Names of the servers that a visitor's browser would ask. */
export function thirdParties(needs: Needs): string[] {
  const origins = Object.values(needs.origins).flatMap((set) => [...set]);
  const fonts = origins.map((origin) => FONT_HOSTS[origin]).filter((origin) => origin !== undefined);
  return [...new Set([...origins, ...fonts].map((origin) => new URL(origin).host))].sort();
}

/** A hash speaks for an attribute only together with this keyword. */
function inAttributes(values: string[]): string[] {
  return values.length ? ["'unsafe-hashes'", ...values.map(hashSource)] : [];
}
