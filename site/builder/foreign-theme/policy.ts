/**
 * The Content-Security-Policy that a theme's page needs: everything it does, and nothing else. A host without a scheme
 * stands for the page's own scheme and for https.
 */
import { ENDPOINT_PLACEHOLDER } from '../../../contract/site-manifest.ts';
import { hashSource, policyText } from '../policy.ts';
import type { Needs } from './needs.ts';

/** Style sheets from here load their fonts from there. */
const FONT_HOSTS: Record<string, string> = { 'fonts.googleapis.com': 'fonts.gstatic.com' };

export function themePolicy(needs: Needs): string {
  const { script, style, image, frame } = needs.hosts;
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
      ...[...style].map((host) => FONT_HOSTS[host] ?? host),
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
  const hosts = Object.values(needs.hosts).flatMap((set) => [...set]);
  const fonts = hosts.map((host) => FONT_HOSTS[host]).filter((host) => host !== undefined);
  return [...new Set([...hosts, ...fonts])].sort();
}

/** A hash speaks for an attribute only together with this keyword. */
function inAttributes(values: string[]): string[] {
  return values.length ? ["'unsafe-hashes'", ...values.map(hashSource)] : [];
}
