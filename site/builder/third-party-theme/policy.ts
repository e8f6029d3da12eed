import { hashSource, policyText } from '../policy.ts';
import type { Needs } from './needs.ts';

/** Style sheet hosts whose fonts come from another host. */
const FONT_HOSTS: Record<string, string> = { 'fonts.googleapis.com': 'fonts.gstatic.com' };

/** A Content-Security-Policy that allows exactly what the page needs. A host without scheme means the page's scheme or https. */
export function themePolicy(needs: Needs): string {
  const { script, style, image, frame } = needs.hosts;
  return policyText({
    'default-src': ["'none'"],
    'script-src': [...needs.scripts.map(hashSource), ...inAttributes(needs.handlers), ...script],
    'style-src': [...needs.styles.map(hashSource), ...inAttributes(needs.styleAttributes), ...style],
    // External style sheets may load images and fonts from their own host.
    'img-src': ["'self'", 'data:', ...image, ...style],
    'font-src': [
      "'self'",
      'data:',
      ...style,
      ...image,
      ...[...style].map((host) => FONT_HOSTS[host] ?? host),
    ],
    'connect-src': ["'self'"],
    ...(frame.size && { 'frame-src': [...frame] }),
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  });
}

/** The hosts that a visitor's browser would contact. */
export function thirdParties(needs: Needs): string[] {
  const hosts = Object.values(needs.hosts).flatMap((set) => [...set]);
  const fonts = hosts.map((host) => FONT_HOSTS[host]).filter((host) => host !== undefined);
  return [...new Set([...hosts, ...fonts])].sort();
}

/** Hashes apply to attributes only with this keyword. */
function inAttributes(values: string[]): string[] {
  return values.length ? ["'unsafe-hashes'", ...values.map(hashSource)] : [];
}
