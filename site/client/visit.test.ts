import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VISIT_ID_PATTERN } from '../../contract/visit.ts';
import { visitOf } from './visit.ts';

const LINK = 'acme-platform-team-7f3kq2ma';
const OTHER = 'umbrella-2a3b4c5d';

function storage(content: Record<string, string> = {}): Storage {
  return {
    getItem: (key: string) => content[key] ?? null,
    setItem: (key: string, value: string) => void (content[key] = value),
    removeItem: (key: string) => void delete content[key],
  } as unknown as Storage;
}

function blocked(): Storage {
  throw new DOMException('The operation is insecure.', 'SecurityError');
}

function full(): Storage {
  return {
    ...storage(),
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
  };
}

/** The visits of these addresses, opened one after the other in one tab. */
function opened(paths: string[], { takesLinks = true, tab = storage(), browser = storage() } = {}) {
  return paths.map((path) => {
    const visit = visitOf(
      `https://resume.example${path}`,
      () => tab,
      () => browser,
      takesLinks,
    );
    const { visit: id, ...query } = visit.query;
    return { ...visit, id, query };
  });
}

test('a reload is the same visit, another tab is another one', () => {
  const [first, reload] = opened(['/', '/']);
  assert.match(first!.id!, VISIT_ID_PATTERN);
  assert.equal(reload!.id, first!.id);
  assert.notEqual(opened(['/'])[0]!.id, first!.id);
});

test('an invalid stored id is replaced', () => {
  const tab = storage({ 'cloud-resume:visit': '<script>' });
  assert.match(opened(['/'], { tab })[0]!.id!, VISIT_ID_PATTERN);
});

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
  ['/?a#work', undefined],
] as const)
  test(`${before} is shown as ${after ?? 'it is'}`, () => {
    const [{ cleanUrl } = { cleanUrl: 'nothing' }] = opened([before]);
    assert.equal(cleanUrl, after && `https://resume.example${after}`);
  });

test('another tab is not linked, but it is the owner’s', () => {
  const browser = storage();
  opened([`/?for=${LINK}`], { browser });
  const [other] = opened(['/'], { browser });
  assert.deepEqual([other!.linked, other!.own], [false, false]);
  opened(['/?me'], { browser });
  assert.equal(opened(['/'], { browser })[0]!.own, true);
});

test('a page that does not say that links count ignores them, and leaves the address', () => {
  const [page] = opened([`/?for=${LINK}`], { takesLinks: false });
  assert.deepEqual([page!.query, page!.linked, page!.cleanUrl], [{}, false, undefined]);
});

for (const unusable of [blocked, full])
  test(`works with storage ${unusable.name}`, () => {
    const { query } = visitOf(`https://resume.example/?for=${LINK}`, unusable, unusable, true);
    assert.match(query['visit']!, VISIT_ID_PATTERN);
    assert.equal(query['for'], LINK);
  });
