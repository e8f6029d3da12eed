import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visitParameters } from './visit-parameters.ts';

const LINK = 'acme-platform-team-7f3kq2ma';
const OTHER = 'umbrella-2a3b4c5d';

function storage(): Storage {
  const content = new Map<string, string>();
  return {
    getItem: (key: string) => content.get(key) ?? null,
    setItem: (key: string, value: string) => void content.set(key, value),
    removeItem: (key: string) => void content.delete(key),
  } as unknown as Storage;
}

function blocked(): Storage {
  throw new DOMException('The operation is insecure.', 'SecurityError');
}

/** The query after each of these addresses is opened in one tab. */
function opened(paths: string[], { takesLinks = true, storages = [storage(), storage()] } = {}) {
  return paths.map((path) => {
    const [tab, browser] = storages as [Storage, Storage];
    const address = `https://resume.example${path}`;
    return visitParameters(
      address,
      () => tab,
      () => browser,
      takesLinks,
    );
  });
}

for (const [what, paths, ...expected] of [
  ['a page without parameters', ['/'], {}],
  ['a link, and a reload', [`/?for=${LINK}`, '/'], { for: LINK }, { for: LINK }],
  ['another link in the same tab', [`/?for=${LINK}`, `/?for=${OTHER}`], { for: LINK }, { for: OTHER }],
  ['a link to an edition', [`/de?for=${LINK}`], { for: LINK, edition: 'de' }],
  ['a page of a self-hosted site', ['/cv/de.html'], { edition: 'de' }],
  ['an index with its name', ['/index.html'], {}],
  ['a malformed link', ['/?for=%3Cscript%3E', '/?for='], {}, {}],
  ['the owner', ['/?me', '/', '/?me=no', '/'], { me: '1' }, { me: '1' }, {}, {}],
  ['the owner, who tests a link', [`/?me&for=${LINK}`, `/?for=${LINK}`], { me: '1' }, { me: '1' }],
] as const)
  test(what, () => {
    assert.deepEqual(
      opened([...paths]).map(({ query }) => query),
      expected,
    );
  });

for (const [before, after] of [
  [`/de?for=${LINK}#work`, '/de#work'],
  ['/?a=1&me&b=2', '/?a=1&b=2'],
  ['/?for=invented', '/'],
  ['/?a=1#work', undefined],
] as const)
  test(`${before} is shown as ${after ?? 'it is'}`, () => {
    const [{ cleanUrl } = { cleanUrl: 'nothing' }] = opened([before]);
    assert.equal(cleanUrl, after && `https://resume.example${after}`);
  });

test('another tab is not linked, but it is the owner’s', () => {
  const browser = storage();
  opened([`/?for=${LINK}`], { storages: [storage(), browser] });
  const [other] = opened(['/'], { storages: [storage(), browser] });
  assert.deepEqual([other!.linked, other!.own], [false, false]);
  opened(['/?me'], { storages: [storage(), browser] });
  assert.equal(opened(['/'], { storages: [storage(), browser] })[0]!.own, true);
});

test('a page that does not say that links count ignores them, and leaves the address', () => {
  const [page] = opened([`/?for=${LINK}`], { takesLinks: false });
  assert.deepEqual([page!.query, page!.linked, page!.cleanUrl], [{}, false, undefined]);
});

test('works with storage blocked', () => {
  const { query } = visitParameters(`https://resume.example/?for=${LINK}`, blocked, blocked, true);
  assert.deepEqual(query, { for: LINK });
});
