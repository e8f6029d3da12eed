import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SiteFile } from '../../contract/site-manifest.ts';
import type { State } from './state.ts';
import { keptAssets } from './kept-assets.ts';

const IMMUTABLE = 'public, max-age=31536000, immutable';
const now = new Date('2026-03-01T00:00:00.000Z');

function release(...paths: string[]) {
  const files = [...paths, 'index.html'].map((path): SiteFile => ({
    path,
    contentType: 'image/png',
    cacheControl: path === 'index.html' ? 'no-cache' : IMMUTABLE,
    sha256: '',
  }));
  return { files, contentSecurityPolicy: '' };
}

function published(...keys: string[]): State {
  const instances = keys.map((index_key) => ({
    index_key,
    attributes: { content_type: 'image/png', cache_control: IMMUTABLE },
  }));
  return {
    version: 4,
    outputs: {},
    resources: [{ mode: 'managed', type: 'aws_s3_object', name: 'asset', instances }],
  };
}

const asset = { content_type: 'image/png', cache_control: IMMUTABLE };

test('the first release has nothing to keep', () => {
  const { kept, superseded } = keptAssets({
    state: undefined,
    manifest: release('a.1.png'),
    superseded: {},
    now,
  });
  assert.deepEqual([kept, superseded], [{}, {}]);
});

test('keeps what a release drops, with the time of that release', () => {
  const options = { state: published('a.1.png'), manifest: release('a.2.png'), superseded: {}, now };
  assert.deepEqual(keptAssets(options), {
    kept: { 'a.1.png': asset },
    superseded: { 'a.1.png': now.toISOString() },
  });
});

test('a later release drops what was superseded more than 30 days ago', () => {
  const { kept } = keptAssets({
    state: published('a.1.png', 'a.2.png', 'a.3.png'),
    manifest: release('a.4.png'),
    superseded: { 'a.1.png': '2026-01-29T00:00:00.000Z', 'a.2.png': '2026-02-01T00:00:00.000Z' },
    now,
  });
  assert.deepEqual(kept, { 'a.2.png': asset, 'a.3.png': asset });
});

test('a deploy without a new release changes nothing, however late it is', () => {
  const superseded = { 'a.1.png': '2020-01-01T00:00:00.000Z' };
  const { kept, superseded: remembered } = keptAssets({
    state: published('a.1.png', 'a.2.png'),
    manifest: release('a.2.png'),
    superseded,
    now,
  });
  assert.deepEqual([kept, remembered], [{ 'a.1.png': asset }, superseded]);
});

test('a file that comes back is current again', () => {
  const { kept, superseded } = keptAssets({
    state: published('a.1.png', 'a.2.png'),
    manifest: release('a.1.png'),
    superseded: { 'a.1.png': '2026-02-01T00:00:00.000Z' },
    now,
  });
  assert.deepEqual(kept, { 'a.2.png': asset });
  assert.deepEqual(superseded, { 'a.2.png': now.toISOString() });
});
