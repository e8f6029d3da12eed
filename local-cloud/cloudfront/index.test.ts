import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { BuiltSite } from '../../contract/site-manifest.ts';
import { serveHttp } from '../../test/support/http-server.ts';
import { createStaticHost, SECURITY_HEADERS, type StaticHost } from './index.ts';

const PAGE = `<!doctype html>${'<p>résumé</p>'.repeat(200)}`;
const PDF = Buffer.from(Array.from({ length: 2_000 }, (_, i) => i % 256));
const FOREVER = 'public, max-age=31536000, immutable';

let server: Awaited<ReturnType<typeof serveHttp>>;
let host: StaticHost;

const siteOf = (files: Record<string, [Buffer, contentType: string, cacheControl: string]>): BuiltSite => ({
  contents: new Map(Object.entries(files).map(([path, [body]]) => [path, body])),
  manifest: {
    contentSecurityPolicy: `default-src 'none'; connect-src 'self'`,
    files: Object.entries(files).map(([path, [body, contentType, cacheControl]]) => ({
      path,
      contentType,
      cacheControl,
      sha256: createHash('sha256').update(body).digest('base64'),
    })),
  },
});

before(async () => {
  const files: Parameters<typeof siteOf>[0] = {
    'index.html': [Buffer.from(PAGE), 'text/html; charset=utf-8', 'no-cache'],
    '404.html': [Buffer.from('<h1>Not here</h1>'), 'text/html; charset=utf-8', 'no-cache'],
    'resume.pdf': [PDF, 'application/pdf', FOREVER],
  };
  host = createStaticHost({ site: siteOf(files) });
  server = await serveHttp(host.handle);
});
after(() => server.close());

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Sends the path unchanged; fetch() would normalize it. */
async function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const outgoing = request(server.url, { path, method, headers, agent: false }).end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
}

test('the root is index.html, with the policy of the build', async () => {
  const { status, headers, body } = await get('/');
  assert.equal(status, 200);
  assert.equal(body.toString(), PAGE);
  assert.equal(headers['content-security-policy'], `default-src 'none'; connect-src 'self'`);
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(headers['cache-control'], 'no-cache');
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) assert.equal(headers[name], value);
  assert.equal(headers['strict-transport-security'], undefined);
});

test('text is sent as brotli or gzip, whichever the client accepts', async () => {
  const br = await get('/', { 'accept-encoding': 'gzip, deflate, br' });
  const gz = await get('/', { 'accept-encoding': 'gzip, br;q=0' });
  assert.equal(br.headers['content-encoding'], 'br');
  assert.equal(brotliDecompressSync(br.body).toString(), PAGE);
  assert.equal(gz.headers['content-encoding'], 'gzip');
  assert.equal(gunzipSync(gz.body).toString(), PAGE);
  assert.equal(br.headers.vary, 'accept-encoding');
});

test('a known version gets 304 without a body', async () => {
  const { headers } = await get('/');
  for (const known of [headers.etag!, `"other", W/${headers.etag}`, '*']) {
    const again = await get('/', { 'if-none-match': known });
    assert.deepEqual([again.status, again.body.length], [304, 0], known);
  }
  assert.equal((await get('/', { 'if-none-match': '"other"' })).status, 200);
});

test('HEAD has the headers of GET and no body', async () => {
  const { status, headers, body } = await get('/resume.pdf', {}, 'HEAD');
  assert.deepEqual([status, headers['content-length'], body.length], [200, String(PDF.length), 0]);
  assert.equal(headers['cache-control'], FOREVER);
});

for (const [range, status, contentRange, expected] of [
  ['bytes=0-9', 206, 'bytes 0-9/2000', PDF.subarray(0, 10)],
  ['bytes=1990-', 206, 'bytes 1990-1999/2000', PDF.subarray(1990)],
  ['bytes=-5', 206, 'bytes 1995-1999/2000', PDF.subarray(1995)],
  ['bytes=1990-9999', 206, 'bytes 1990-1999/2000', PDF.subarray(1990)],
  ['bytes=2000-', 416, 'bytes */2000', Buffer.alloc(0)],
  ['bytes=5-2', 200, undefined, PDF],
  ['bytes=0-1,4-5', 200, undefined, PDF],
  ['lines=0-1', 200, undefined, PDF],
] as const) {
  test(`range ${range} gets ${status}`, async () => {
    const answer = await get('/resume.pdf', { range, 'accept-encoding': 'br' });
    assert.deepEqual([answer.status, answer.headers['content-range']], [status, contentRange]);
    assert.deepEqual(answer.body, expected);
  });
}

test('a missing file gets the 404 page with status 404', async () => {
  const { status, headers, body } = await get('/nowhere');
  assert.deepEqual(
    [status, body.toString(), headers['cache-control']],
    [404, '<h1>Not here</h1>', 'no-cache'],
  );
  assert.ok(headers['content-security-policy']);
});

for (const path of [
  '/../../../../../etc/passwd',
  '/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
  '/..%2f..%2f..%2f..%2fetc/passwd',
  '/..%5c..%5c..%5cetc/passwd',
  '/.%00./etc/passwd',
  '/package.json',
  '//etc/passwd',
  '//index.html',
  '//other.example/resume.pdf',
  '/index.html/',
  '/%69ndex.html%00',
  '/%zz',
  '/%ff',
]) {
  test(`${path} reveals no file outside the site`, async () => {
    const { status, body } = await get(path);
    assert.ok(status === 404 || status === 400, `${status}`);
    assert.ok(!body.includes('cloud-resume') && !body.includes('root:'));
  });
}

test('other methods get 405', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const { status, headers } = await get('/', {}, method);
    assert.deepEqual([status, headers.allow], [405, 'GET, HEAD']);
  }
});

test('a file of an unlisted edition keeps search engines away', async () => {
  const site = siteOf({ consulting: [Buffer.from(PAGE), 'text/html', 'no-cache'] });
  site.manifest.files[0]!.headers = { 'x-robots-tag': 'noindex' };
  host.reload(site);
  const { headers } = await get('/consulting');
  assert.deepEqual([headers['content-type'], headers['x-robots-tag']], ['text/html', 'noindex']);
});

test('reload serves the new files', async () => {
  const body = Buffer.from('<p>new</p>');
  host.reload(
    siteOf({
      'index.html': [Buffer.from(PAGE), 'text/html', 'no-cache'],
      'new.html': [body, 'text/html', 'no-cache'],
    }),
  );
  assert.equal((await get('/new.html')).body.toString(), '<p>new</p>');
  assert.equal((await get('/resume.pdf')).status, 404);
});
