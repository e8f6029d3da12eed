/** What the pages of documentation point at is there. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { readPages } from './pages.ts';

const pages = readPages();

describe('links', () => {
  for (const { path, text } of pages) {
    test(path, () => {
      for (const match of text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)) {
        const target = (match[1] ?? match[2])!;
        if (/^[a-z]+:/.test(target)) continue;
        const [file, anchor] = target.split('#') as [string, string?];
        const linked = file ? join(dirname(path), file) : path;
        assert.ok(existsSync(linked), `${path} links to ${target}, which is not there`);
        if (!anchor) continue;
        const headings = pages.find((page) => page.path === linked)?.headings ?? [];
        assert.ok(headings.includes(anchor), `${linked} has no heading for #${anchor}`);
      }
    });
  }
});

test('paths in tables of "look here" are there', () => {
  const tables = pages.flatMap(({ path, text }) =>
    text
      .split(/^## /m)
      .filter((section) => section.startsWith('To change X, look here'))
      .map((table) => ({ path, table })),
  );
  assert.ok(tables.length >= 2, 'README.md and CONTRIBUTING.md have one each');
  for (const { path, table } of tables) {
    const named = [...table.matchAll(/`([\w./-]+\/[\w./*<>-]*|resume\.json)`/g)].map(([, name]) => name!);
    assert.ok(named.length >= 10, path);
    for (const name of named) {
      const fixed = name.replace(/[*<].*$/, '').replace(/[^/]*$/, (last) => (/[*<]/.test(name) ? '' : last));
      assert.ok(existsSync(fixed) || existsSync(join(dirname(path), fixed)), `${path} names ${name}`);
    }
  }
});
