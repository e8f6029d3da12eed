/** The number as files in the site's bucket, which CloudFront serves: count.json for the page, count.svg as a badge. */
import { BADGE_FILE, COUNT_FILE } from '../../contract/function-env.ts';
import type { Snapshot } from '../../contract/messages.ts';
import { endpointOf } from '../shared/connect.ts';
import type { Http, HttpResponse } from '../shared/http.ts';
import type { Log } from '../shared/log.ts';
import { drawBadge } from './badge.ts';

export interface CountFilesOptions {
  /** With the endpoint {@link bucketEndpoint}. */
  http: Http;
  badge: boolean;
  /** Milliseconds since 1970. */
  now: () => number;
  log: Log;
}

const REQUEST_MS = 2_000;
/** No invocation lasts longer. */
const MAX_INVOCATION_MS = 900_000;
/** CloudFront and browsers ask again after five seconds; infra/count_files.tf says the same. */
const CACHE_CONTROL = 'public, max-age=5';
const REV_HEADER = 'x-amz-meta-rev';

/** Where S3 serves a bucket; a path below the endpoint that the SDK's own variable sets. */
export function bucketEndpoint(bucket: string, environment: NodeJS.ProcessEnv): string {
  const endpoint = endpointOf('s3', environment);
  const isDefault = endpoint === endpointOf('s3', { AWS_REGION: environment['AWS_REGION'] });
  return isDefault ? endpoint.replace('//', `//${bucket}.`) : `${endpoint}/${bucket}`;
}

/** Writes a snapshot unless a file is newer. Never rejects: the pages do not depend on these files. */
export function createCountFiles({
  http,
  badge,
  now,
  log,
}: CountFilesOptions): (snapshot: Snapshot) => Promise<void> {
  const write = async (key: string, contentType: string, body: string, rev: number) => {
    try {
      const stored = await http({
        method: 'GET',
        path: `/${key}`,
        headers: {},
        body: '',
        timeoutMs: REQUEST_MS,
      });
      if (isNewer(stored, rev, now())) return;
      const headers = {
        'content-type': contentType,
        'cache-control': CACHE_CONTROL,
        [REV_HEADER]: String(rev),
        // If another broadcaster has written it since, the condition fails.
        ...conditionFor(stored),
      };
      const answer = await http({ method: 'PUT', path: `/${key}`, headers, body, timeoutMs: REQUEST_MS });
      if (![200, 409, 412].includes(answer.statusCode)) throw new Error(`S3 answered ${reasonOf(answer)}`);
    } catch (error) {
      log('warn', 'number not written', { key, reason: (error as Error).message });
    }
  };
  return async (snapshot) => {
    const json = JSON.stringify({ ...snapshot, at: new Date(now()).toISOString() });
    await Promise.all([
      write(COUNT_FILE, 'application/json', json, snapshot.rev),
      badge && write(BADGE_FILE, 'image/svg+xml', drawBadge(snapshot.count), snapshot.rev),
    ]);
  };
}

/** A newer revision that is older than any invocation comes from a table that has been replaced since, and its numbers with it. */
function isNewer({ headers }: HttpResponse, rev: number, nowMs: number): boolean {
  const isRecent = nowMs - Date.parse(headers['last-modified'] ?? '') < MAX_INVOCATION_MS;
  return isRecent && Number(headers[REV_HEADER]) >= rev;
}

/** @throws if it is not known whether the object exists */
function conditionFor(stored: HttpResponse): Record<string, string> {
  switch (stored.statusCode) {
    case 200:
      return { 'if-match': String(stored.headers.etag) };
    // Without the right to list the bucket, a missing object is forbidden.
    case 403:
    case 404:
      return { 'if-none-match': '*' };
    default:
      throw new Error(`S3 answered ${reasonOf(stored)}`);
  }
}

function reasonOf({ statusCode, body }: HttpResponse): string {
  const [, code = ''] = /<Code>(\w+)<\/Code>/.exec(body) ?? [];
  return `${statusCode} ${code}`.trim();
}
