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

const NOW = now.toISOString();
const LONG_AGO = '2020-01-01T00:00:00.000Z';

for (const [what, state, released, superseded, kept] of [
  ['has nothing to keep at the first release', undefined, 'a.1', {}, {}],
  ['keeps what a release drops, with the time of that release', ['a.1'], 'a.2', {}, { 'a.1': NOW }],
  [
    'drops what was superseded more than 30 days before a new release',
    ['a.1', 'a.2', 'a.3'],
    'a.4',
    { 'a.1': '2026-01-29T00:00:00.000Z', 'a.2': '2026-02-01T00:00:00.000Z' },
    { 'a.2': '2026-02-01T00:00:00.000Z', 'a.3': NOW },
  ],
  [
    'changes nothing without a new release, however late it is',
    ['a.1', 'a.2'],
    'a.2',
    { 'a.1': LONG_AGO },
    { 'a.1': LONG_AGO },
  ],
  ['treats a file that comes back as current', ['a.1', 'a.2'], 'a.1', { 'a.1': LONG_AGO }, { 'a.2': NOW }],
] as const)
  test(what, () => {
    const manifest = release(released);
    const result = keptAssets({ state: state && published(...state), manifest, superseded, now });
    assert.deepEqual(result.superseded, kept);
    const asset = { content_type: 'image/png', cache_control: IMMUTABLE };
    assert.deepEqual(result.kept, Object.fromEntries(Object.keys(kept).map((path) => [path, asset])));
  });
