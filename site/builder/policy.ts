/** The Content-Security-Policy of the page: nothing but what was built, by hash; no `unsafe-` anything. */
import { createHash } from 'node:crypto';
import { ENDPOINT_PLACEHOLDER } from '../../contract/site-manifest.ts';

export interface Inline {
  /** Text of every inline script, byte for byte. */
  scripts: string[];
  styles: string[];
}

export function contentSecurityPolicy({ scripts, styles }: Inline): string {
  return policyText({
    'default-src': ["'none'"],
    'script-src': scripts.map(hashSource),
    'style-src': styles.map(hashSource),
    'img-src': ["'self'"],
    'font-src': ['data:'],
    // Search engines' tools ask for robots.txt from within the page.
    'connect-src': ["'self'", ENDPOINT_PLACEHOLDER],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
    'require-trusted-types-for': ["'script'"],
  });
}

export function policyText(directives: Record<string, string[]>): string {
  return Object.entries(directives)
    .map(([name, sources]) => [name, ...(sources.length ? new Set(sources) : ["'none'"])].join(' '))
    .join('; ');
}

export function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
