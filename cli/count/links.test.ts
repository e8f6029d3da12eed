import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { LINK_ID_PATTERN } from '../../contract/visit.ts';
import { linkIdOf, linkUrl, newLink } from './links.ts';

const options = { nowMs: Date.UTC(2026, 10, 26), random: (size: number) => new Uint8Array(size).fill(31) };

for (const [label, id] of [
  ['Acme, platform team', 'acme-platform-team-77777777'],
  ['  Müller & Söhne  ', 'muller-sohne-77777777'],
  ['株式会社', 'link-77777777'],
  ['<script>alert("1")</script>', 'script-alert-1-script-77777777'],
  ['x'.repeat(200), `${'x'.repeat(40)}-77777777`],
  [`${'x'.repeat(39)} y`, `${'x'.repeat(39)}-77777777`],
  ['../../etc/passwd', 'etc-passwd-77777777'],
] as const)
  test(`a link for ${JSON.stringify(label.slice(0, 40))} is ${id}`, () => {
    const link = newLink(label, options);
    assert.deepEqual(link, { id, label: label.trim(), createdAt: options.nowMs, visits: 0 });
    assert.match(link.id, LINK_ID_PATTERN);
  });

for (const label of ['', '   ', 'x'.repeat(201), 'two\nlines', 'red \u001b[31m', 'reversed \u202etxt'])
  test(`${JSON.stringify(label.slice(0, 30))} is no label`, () => {
    assert.throws(() => newLink(label, options), {
      name: 'UserError',
      message: /cannot be a link's label\.$/,
    });
  });

test('a thousand links with one label are all different', () => {
  const ids = Array.from({ length: 1_000 }, () => newLink('Acme', { ...options, random: randomBytes }).id);
  assert.equal(new Set(ids).size, 1_000);
  assert.ok(ids.every((id) => LINK_ID_PATTERN.test(id)));
});

test('a link’s URL leads back to its id', () => {
  const id = 'acme-7f3kq2ma';
  assert.equal(linkUrl('https://resume.example/', { id }), `https://resume.example/?for=${id}`);
  assert.equal(
    linkUrl('https://resume.example/', { id, edition: 'de' }),
    `https://resume.example/de?for=${id}`,
  );
  assert.equal(linkIdOf(`https://resume.example/de?for=${id}`), id);
  assert.equal(linkIdOf(id), id);
  for (const text of ['acme', 'https://resume.example/', 'visits#0'])
    assert.throws(() => linkIdOf(text), { name: 'UserError' });
});
