import { createHash } from 'node:crypto';

export interface Inline {
  /** The text of every inline script, byte for byte. */
  scripts: string[];
  styles: string[];
}

/** A Content-Security-Policy that allows exactly this inline code, by hash, and no `unsafe-…` source. */
export function contentSecurityPolicy({ scripts, styles }: Inline): string {
  return policyText({
    'default-src': ["'none'"],
    'script-src': scripts.map(hashSource),
    'style-src': styles.map(hashSource),
    'img-src': ["'self'"],
    'font-src': ["'self'", 'data:'],
    // The WebSocket has the page's own origin.
    'connect-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
    'require-trusted-types-for': ["'script'"],
  });
}

/** One policy that allows what each of the policies allows. */
export function mergedPolicy(policies: string[]): string {
  const directives: Record<string, string[]> = {};
  for (const policy of policies) {
    for (const directive of policy.split('; ')) {
      const [name = '', ...sources] = directive.split(' ');
      (directives[name] ??= []).push(...sources.filter((source) => source !== "'none'"));
    }
  }
  return policyText(directives);
}

export function policyText(directives: Record<string, string[]>): string {
  return Object.entries(directives)
    .map(([name, sources]) => [name, ...(sources.length ? new Set(sources) : ["'none'"])].join(' '))
    .join('; ');
}

export function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
