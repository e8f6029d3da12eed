import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { checkFiles } from './files.ts';

const SITE = new URL('https://resume.example/');
const SERVED: Record<string, string> = {
  '/index.html': '<h1>A</h1>',
  '/assets/a.css': 'body{}',
  '/resume.pdf': 'bytes of another browser\n%printed-from 0123abcd note\n',
};
const hashOf = (text: string) => createHash('sha256').update(text).digest('base64');
const get = async ({ pathname }: URL) =>
  pathname in SERVED ? new Response(SERVED[pathname]) : new Response('', { status: 404 });

test('every file is compared, and a PDF by what it was printed from', async () => {
  const files = {
    'index.html': hashOf(SERVED['/index.html']!),
    'assets/a.css': hashOf(SERVED['/assets/a.css']!),
    'resume.pdf': '0123abcd',
  };
  assert.deepEqual(await checkFiles(SITE, files, get), {
    check: 'files',
    state: 'good',
    detail: 'all 3 are those of the last deploy',
  });
});

test('names files that are missing or differ', async () => {
  const files = { 'index.html': hashOf('<h1>B</h1>'), 'gone.txt': hashOf(''), 'resume.pdf': 'ffff0000' };
  const { state, detail } = await checkFiles(SITE, files, get);
  assert.equal(state, 'bad');
  assert.equal(detail, '/index.html differs, /gone.txt answers 404, /resume.pdf differs');
});
