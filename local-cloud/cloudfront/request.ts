/** What a request asks for. */
import type { IncomingMessage } from 'node:http';
import type { Encoding } from './files.ts';

/** The key of the requested file: decoded, without the leading slash; `/` is the root object. `undefined` for a malformed URL. */
export function keyOf(url = ''): string | undefined {
  try {
    // Not as a relative URL: in `//index.html`, that would be a host.
    const path = decodeURIComponent(new URL(url.replace(/^\//, 'http://site.invalid/')).pathname);
    if (path.includes('\0') || path.includes('\\')) return undefined;
    return path === '/' ? 'index.html' : path.slice(1);
  } catch {
    return undefined;
  }
}

/** The best encoding that the client accepts. */
export function encodingOf(request: IncomingMessage): Encoding {
  const accepted = new Set<string>();
  for (const part of String(request.headers['accept-encoding'] ?? '').split(',')) {
    const [name = '', ...parameters] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    if (!parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))) accepted.add(name);
  }
  return accepted.has('br') ? 'br' : accepted.has('gzip') ? 'gzip' : 'identity';
}

/** Whether the client has this version already. */
export function isFresh(request: IncomingMessage, etag: string): boolean {
  const known = request.headers['if-none-match'];
  if (known === undefined) return false;
  return (
    known.trim() === '*' ||
    known.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag)
  );
}

/**
 * The bytes that a Range header asks for: `[first, last]`. `undefined` means the whole file: no range, or several, which a
 * server may ignore. `'unsatisfiable'` means that the file ends before the range begins.
 */
export function rangeOf(
  request: IncomingMessage,
  size: number,
): [number, number] | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [, from, to] = match;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && from !== '' && Number(to) < first) return undefined;
  return first <= last ? [first, last] : 'unsatisfiable';
}
