/** count.json and count.svg, written over signed HTTP into a bucket with S3's conditions. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { BADGE_FILE, COUNT_FILE } from '../../contract/function-env.ts';
import { createObjectStore, type ObjectStore } from '../../local-cloud/s3/index.ts';
import { createVerifier } from '../../local-cloud/signature.ts';
import { createHttp, type Http } from '../shared/http.ts';
import { bucketEndpoint, createCountFiles } from './count-files.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'secret' };
const environment = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'secret',
};
let folder: string;
let store: ObjectStore;
let http: Http;
let time: number;
let warnings: unknown[];

const openStore = async () => {
  const verify = createVerifier({ credentials, region: 'eu-central-1', service: 's3', now: () => time });
  store = createObjectStore({ verify, file: join(folder, 'objects.json'), now: () => time });
  const endpoint = bucketEndpoint('the-bucket', {
    ...environment,
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${await store.listen()}`,
  });
  http = createHttp('s3', endpoint, { maxSockets: 2, environment, now: () => time });
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloud-resume-objects-'));
  time = Date.UTC(2026, 10, 26);
  warnings = [];
  await openStore();
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const writer = (via: Http = http, badge = false) =>
  createCountFiles({
    http: via,
    badge,
    now: () => time,
    log: (_level, _message, fields) => warnings.push(fields),
  });
const snapshot = (rev: number) => ({ count: 1_000 + rev, viewers: 2, rev });
const stored = () => JSON.parse(store.get(COUNT_FILE)!.body) as Record<string, unknown>;

test('writes the snapshot with its time, cached for five seconds, and keeps it over a restart', async () => {
  await writer()(snapshot(7));
  assert.deepEqual(stored(), { ...snapshot(7), at: '2026-11-26T00:00:00.000Z' });
  const { 'content-type': type, 'cache-control': cache } = store.get(COUNT_FILE)!.headers;
  assert.deepEqual([type, cache], ['application/json', 'public, max-age=5']);
  assert.equal(store.get(BADGE_FILE), undefined, 'off by default');
  await store.close();
  await openStore();
  await writer()(snapshot(8));
  assert.equal(stored()['rev'], 8);
});

test('the badge shows the count', async () => {
  await writer(http, true)(snapshot(42));
  const { body, headers } = store.get(BADGE_FILE)!;
  assert.equal(headers['content-type'], 'image/svg+xml');
  assert.match(body, /^<svg [^>]*aria-label="Visits: 1,042".*>1,042<\/text><\/svg>$/);
});

test('a slow writer does not replace a newer revision', async () => {
  const write = writer();
  await write(snapshot(9));
  await write(snapshot(8));
  assert.equal(stored()['rev'], 9);

  // It reads before, and writes after the other one.
  const overtaken = writer(async (request) => {
    if (request.method === 'PUT') await write(snapshot(11));
    return http(request);
  });
  await overtaken(snapshot(10));
  assert.deepEqual([stored()['rev'], warnings], [11, []]);
});

test('revisions of a new table replace those of an old one once no invocation can be that old', async () => {
  const write = writer();
  await write(snapshot(900));
  await write(snapshot(1));
  assert.equal(stored()['rev'], 900);
  time += 900_000;
  await write(snapshot(2));
  assert.equal(stored()['rev'], 2);
});

for (const [what, answer, reason] of [
  [
    'is unwritable',
    { statusCode: 403, headers: {}, body: '<Error><Code>AccessDenied</Code>' },
    'S3 answered 403 AccessDenied',
  ],
  ['fails', { statusCode: 503, headers: {}, body: '' }, 'S3 answered 503'],
] as const)
  test(`a bucket that ${what} is logged and stops nothing`, async () => {
    await writer(async () => answer)(snapshot(1));
    assert.deepEqual(warnings, [{ key: COUNT_FILE, reason }]);
  });

test('a bucket has its own host on AWS', () =>
  assert.equal(
    bucketEndpoint('the-bucket', environment),
    'https://the-bucket.s3.eu-central-1.amazonaws.com',
  ));
