/**
 * Serves the built site as S3 behind CloudFront does: the same headers, compression, caching and 404 page.
 * Not `sirv` or `send`: they serve a folder, while the site is in memory and its headers come from the manifest.
 */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { BuiltSite } from '../../contract/site-manifest.ts';
import { BADGE_FILE, COUNT_FILE } from '../../contract/function-env.ts';
import type { StoredObject } from '../s3/index.ts';
import { SiteFiles, type ServedFile } from './files.ts';
import { encodingOf, isFresh, keyOf, rangeOf } from './request.ts';

/**
 * The security headers of every answer, as CloudFront's response headers policy sets them (infra/distribution.tf). The
 * Content-Security-Policy comes from the build.
 */
export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** Two years. Browsers ignore it except over https. */
const STRICT_TRANSPORT_SECURITY = 'max-age=63072000';

export interface StaticHostOptions {
  site: BuiltSite;
  /** The bucket's other objects: the number, which the broadcaster writes. */
  objects?: (key: string) => StoredObject | undefined;
  /** Whether the client uses https, perhaps through a trusted proxy; adds HSTS. */
  isSecure?: (request: IncomingMessage) => boolean;
}

export interface StaticHost {
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Replaces the site by a newly built one. */
  reload(site: BuiltSite): void;
}

const NOT_FOUND_PAGE = '404.html';

export function createStaticHost(options: StaticHostOptions): StaticHost {
  let files = new SiteFiles(options.site);
  return {
    handle(request, response) {
      answer(files, options, request, response).catch(() => {
        if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
        response.end('The file could not be compressed.\n');
      });
    },
    reload(site) {
      files = new SiteFiles(site);
    },
  };
}

async function answer(
  files: SiteFiles,
  { isSecure, objects }: StaticHostOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const headers: OutgoingHttpHeaders = {
    ...SECURITY_HEADERS,
    'content-security-policy': files.contentSecurityPolicy,
    ...(isSecure?.(request) && { 'strict-transport-security': STRICT_TRANSPORT_SECURITY }),
  };
  const plain = (status: number, text: string, more: OutgoingHttpHeaders = {}) => {
    response.writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8', ...more });
    response.end(request.method === 'HEAD' ? undefined : `${text}\n`);
  };
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return plain(405, 'Only GET and HEAD are supported.', { allow: 'GET, HEAD' });
  }
  const key = keyOf(request.url);
  if (key === undefined) return plain(400, 'This URL is malformed.');
  const file = numberFile(key, objects) ?? (await files.get(key));
  if (file) return send(file, 200, headers, request, response);
  const page = await files.get(NOT_FOUND_PAGE);
  return page ? send(page, 404, headers, request, response) : plain(404, 'There is no such page.');
}

/** count.json and count.svg, which other sites may read (infra/count_files.tf). Terraform creates count.json as `{}`. */
function numberFile(key: string, objects: StaticHostOptions['objects']): ServedFile | undefined {
  if (key !== COUNT_FILE && key !== BADGE_FILE) return undefined;
  const empty: StoredObject = {
    body: '{}',
    headers: { 'content-type': 'application/json', 'cache-control': 'public, max-age=5', etag: '"empty"' },
  };
  const object = objects?.(key) ?? (key === COUNT_FILE ? empty : undefined);
  if (!object) return undefined;
  const body = Buffer.from(object.body);
  const {
    'content-type': contentType = '',
    'cache-control': cacheControl = 'no-cache',
    etag = '',
  } = object.headers;
  const headers = { 'access-control-allow-origin': '*' };
  return { contentType, cacheControl, headers, etag, bodies: { identity: body, br: body, gzip: body } };
}

function send(
  file: ServedFile,
  status: 200 | 404,
  securityHeaders: OutgoingHttpHeaders,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const encoding = file.bodies.br === file.bodies.identity ? 'identity' : encodingOf(request);
  const body = file.bodies[encoding];
  const headers: OutgoingHttpHeaders = {
    ...securityHeaders,
    ...file.headers,
    'content-type': file.contentType,
    // A missing page may exist soon.
    'cache-control': status === 200 ? file.cacheControl : 'no-cache',
    etag: file.etag,
    vary: 'accept-encoding',
    ...(encoding !== 'identity' && { 'content-encoding': encoding }),
  };
  if (status === 200 && isFresh(request, file.etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  const range = status === 200 && encoding === 'identity' ? rangeOf(request, body.length) : undefined;
  if (range === 'unsatisfiable') {
    response.writeHead(416, { ...securityHeaders, 'content-range': `bytes */${body.length}` }).end();
    return;
  }
  const part = range ? body.subarray(range[0], range[1] + 1) : body;
  response.writeHead(range ? 206 : status, {
    ...headers,
    'content-length': part.length,
    ...(encoding === 'identity' && { 'accept-ranges': 'bytes' }),
    ...(range && { 'content-range': `bytes ${range[0]}-${range[1]}/${body.length}` }),
  });
  response.end(request.method === 'HEAD' ? undefined : part);
}
