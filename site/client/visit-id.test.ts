import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VISIT_ID_PATTERN } from '../../contract/visit.ts';
import { VISIT_STORAGE_KEY, visitId } from './visit-id.ts';

function storage(content: Record<string, string> = {}): Storage {
  return {
    getItem: (key: string) => content[key] ?? null,
    setItem: (key: string, value: string) => void (content[key] = value),
  } as unknown as Storage;
}

function blocked(): Storage {
  throw new DOMException('The operation is insecure.', 'SecurityError');
}

test('a reload is the same visit', () => {
  const tab = storage();
  const first = visitId(() => tab, crypto);
  assert.match(first, VISIT_ID_PATTERN);
  assert.equal(
    visitId(() => tab, crypto),
    first,
  );
  assert.equal(tab.getItem(VISIT_STORAGE_KEY), first);
});

test('another tab is another visit', () => {
  assert.notEqual(visitId(storage, crypto), visitId(storage, crypto));
});

test('an invalid stored id is replaced', () => {
  const tab = storage({ [VISIT_STORAGE_KEY]: '<script>' });
  assert.match(
    visitId(() => tab, crypto),
    VISIT_ID_PATTERN,
  );
});

test('works with storage blocked', () => {
  assert.match(visitId(blocked, crypto), VISIT_ID_PATTERN);
});

test('works with storage full', () => {
  const full = {
    ...storage(),
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
  } as Storage;
  assert.match(
    visitId(() => full, crypto),
    VISIT_ID_PATTERN,
  );
});

test('works without randomUUID, as on http://192.168.0.7', () => {
  const insecure = { getRandomValues: crypto.getRandomValues.bind(crypto) } as unknown as Crypto;
  const id = visitId(storage, insecure);
  assert.match(id, VISIT_ID_PATTERN);
  assert.equal(id.length, 32);
});
