/** Checks the headers that keep a page safe, and whether they let the page itself work. */
import { createHash } from 'node:crypto';
import { SECURITY_HEADERS } from '../../local-cloud/cloudfront/index.ts';
import { bad, good, type Finding } from './finding.ts';
import type { Page } from './page.ts';

export function checkHeaders({ url, headers }: Page): Finding {
  const missing = Object.entries(SECURITY_HEADERS)
    .filter(([name, value]) => headers.get(name) !== value)
    .map(([name]) => name);
  if (url.protocol === 'https:' && !headers.has('strict-transport-security'))
    missing.push('strict-transport-security');
  return missing.length === 0
    ? good('headers', 'complete')
    : bad(
        'headers',
        `missing or changed: ${missing.join(', ')}`,
        'Apply again (npm run deploy), or make the proxy in front pass on what the server sends.',
      );
}

/** Whether a browser that obeys the policy runs the page's script, applies its styles and lets it connect. */
export function checkPolicy({ url, headers, scripts, styles, endpoint }: Page): Finding {
  const remedy =
    'The page and the policy come from different builds, or something in front changes one of them. Publish again: npm run deploy';
  const text = headers.get('content-security-policy');
  if (text === null) return bad('policy', 'there is no Content-Security-Policy', remedy);
  const policy = parsePolicy(text);
  const isAllowed = (directive: string, allows: (source: string) => boolean) => {
    const sources = policy.get(directive) ?? policy.get('default-src');
    // A policy without the directive does not restrict it.
    return sources === undefined || sources.some(allows);
  };
  const blocked: string[] = [];
  for (const [what, directive, contents] of [
    ['script', 'script-src', scripts],
    ['style', 'style-src', styles],
  ] as const) {
    if (contents.some((content) => !isAllowed(directive, (source) => allowsInline(source, content))))
      blocked.push(`a ${what} of the page`);
  }
  const leadsToCounter = (source: string) =>
    source === '*' ||
    endpoint!.startsWith(source) ||
    (source === "'self'" && new URL(endpoint!).host === url.host);
  if (endpoint !== undefined && !isAllowed('connect-src', leadsToCounter))
    blocked.push(`the counter (connect-src does not name ${endpoint})`);
  return blocked.length === 0
    ? good('policy', 'lets the page run its script and reach the counter')
    : bad('policy', `blocks ${blocked.join(' and ')}`, remedy);
}

function parsePolicy(text: string): Map<string, string[]> {
  return new Map(
    text.split(';').map((part) => {
      const [name = '', ...sources] = part.trim().split(/\s+/);
      return [name, sources];
    }),
  );
}

/** A `*` allows no inline code. */
function allowsInline(source: string, content: string): boolean {
  const hash = `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
  return source === hash || source === "'unsafe-inline'";
}
