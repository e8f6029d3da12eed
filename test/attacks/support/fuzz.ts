/** Random input that looks enough like the real thing to get past the first check. */
import type { Random } from '../../../console/lab/random.ts';

const ODD = [
  '',
  '\0',
  ' ',
  '%',
  '%00',
  '%ff',
  '..',
  '../../etc/passwd',
  '\\',
  '"',
  "'",
  '<script>',
  '\u{1F600}',
  '\ud800',
  '__proto__',
  'constructor',
  '-1',
  '1e309',
  'NaN',
  'null',
  '\t',
  '\r',
  'é',
];
const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'get',
  'G E T',
  'PRI',
];
const PATHS = [
  '/',
  '/index.html',
  '/live',
  '/live/',
  '/healthz',
  '/metrics',
  '/how',
  '/%2e%2e/etc/passwd',
  '//live',
  '/live?visit=',
  '*',
  'http://example.com/',
];
const HEADERS = [
  'Host',
  'Connection',
  'Upgrade',
  'Expect',
  'Range',
  'If-None-Match',
  'Accept-Encoding',
  'X-Forwarded-For',
  'Origin',
  'User-Agent',
  'Cookie',
  'TE',
  'Sec-WebSocket-Key',
  'Sec-WebSocket-Version',
  'Sec-WebSocket-Protocol',
  'Sec-WebSocket-Extensions',
];
/** Headers that say where a request ends. */
const FRAMING = ['Content-Length', 'Transfer-Encoding'];
const VALUES = [
  'localhost',
  '0',
  '5',
  '99999999999',
  'chunked',
  'chunked, gzip',
  'close',
  'keep-alive, Upgrade',
  'websocket',
  'h2c',
  '100-continue',
  'bytes=0-',
  'bytes=5-2,1-',
  '*',
  'br;q=0',
  '127.0.0.1',
  'http://localhost',
  'permessage-deflate',
  '13',
  '8',
  'dGhlIHNhbXBsZSBub25jZQ==',
];

/** Text of random and awkward parts. */
export function oddText(random: Random, maxParts = 4): string {
  return Array.from({ length: random.below(maxParts + 1) }, () =>
    random.happens(0.5)
      ? random.pick(ODD)
      : Array.from({ length: random.below(12) }, () =>
          String.fromCharCode(random.below(random.happens(0.1) ? 0x10000 : 127)),
        ).join(''),
  ).join('');
}

export function oddBytes(random: Random, maxLength: number): Buffer {
  return Buffer.from(Array.from({ length: random.below(maxLength) }, () => random.below(256)));
}

/** One or more HTTP requests. Most are legal but odd, so that they get past the parser; the others are wrong somewhere. */
export function httpRequests(random: Random): Buffer {
  const requests = Array.from({ length: 1 + random.below(3) }, () => {
    const method = random.happens(0.7) ? random.pick(['GET', 'HEAD']) : random.pick(METHODS);
    const version = random.happens(0.95) ? '1.1' : random.pick(['1.0', '2.0', '9']);
    const suffix = random.happens(0.5) ? oddText(random) : '';
    const path =
      random.pick(PATHS) + (random.happens(0.5) ? encode(suffix) : legal(suffix).replaceAll(' ', ''));
    const lines = [`${method} ${path} HTTP/${version}`];
    if (random.happens(0.97)) lines.push('Host: localhost');
    for (let i = random.below(5); i > 0; i--) {
      const value = random.happens(0.7) ? random.pick(VALUES) : oddText(random);
      lines.push(`${random.pick(HEADERS)}: ${random.happens(0.95) ? legal(value) : value}`);
    }
    if (random.happens(0.1)) lines.push(`${random.pick(FRAMING)}: ${random.pick(VALUES)}`);
    if (random.happens(0.05)) lines.push(`${oddText(random)}: ${oddText(random)}`);
    if (random.happens(0.01)) lines.push(`X-Long: ${'x'.repeat(20_000)}`);
    const head = Buffer.from(`${lines.join(random.happens(0.97) ? '\r\n' : '\n')}\r\n\r\n`, 'latin1');
    return random.happens(0.1) ? Buffer.concat([head, oddBytes(random, 200)]) : head;
  });
  const bytes = Buffer.concat(requests);
  return random.happens(0.05) ? bytes.subarray(0, random.below(bytes.length)) : bytes;
}

/** Without the characters that end a header. */
const legal = (text: string): string => text.replaceAll(/\p{Cc}/gu, '');

const encode = (text: string): string => encodeURIComponent(Buffer.from(text).toString());

/** A handshake that is valid but for a few changes. */
export function handshake(random: Random): Buffer {
  const query = random.happens(0.7)
    ? `?${random.pick(['visit', 'for', 'me', '__proto__', 'v'])}=${encode(oddText(random))}`
    : `?visit=${'a'.repeat(random.below(40))}`;
  const headers = new Map([
    ['Host', 'localhost'],
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
    ['Sec-WebSocket-Version', '13'],
    ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
  ]);
  for (let i = random.below(3); i > 0; i--) {
    headers.set(
      random.pick(HEADERS),
      (random.happens(0.6) ? random.pick(VALUES) : oddText(random)).replaceAll(/[\r\n]/g, ''),
    );
  }
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`);
  const path = random.happens(0.95) ? '/live' : random.pick(PATHS);
  return Buffer.concat([
    Buffer.from(`GET ${path}${query} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'),
    random.happens(0.3) ? oddBytes(random, 100) : Buffer.alloc(0),
  ]);
}

/** A message to the counter, or something close to one. */
export function message(random: Random): string {
  const value = (depth: number): unknown =>
    random.pick<() => unknown>([
      () => random.pick(['hello', 'ping', '$connect', '$default', oddText(random)]),
      () => random.pick([0, -1, 1e308, 2 ** 53, 0.1, true, false, null]),
      () => (depth > 0 ? { action: value(depth - 1), [oddText(random)]: value(depth - 1) } : {}),
      () => (depth > 0 ? Array.from({ length: random.below(4) }, () => value(depth - 1)) : []),
    ])();
  if (random.happens(0.1)) return '['.repeat(random.below(20_000));
  if (random.happens(0.1)) return oddText(random, 40);
  const text = JSON.stringify(
    random.happens(0.7) ? { action: value(2), ...(random.happens(0.5) && { visit: value(2) }) } : value(3),
  );
  return random.happens(0.1) ? text.slice(0, random.below(text.length + 1)) : text;
}
