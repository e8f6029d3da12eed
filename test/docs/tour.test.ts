import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const STOP = /\[`([^`]+)`, (?:`(\w+)`|[^\]]*)\]\(\.\.\/[^)#]+#L(\d+)-L(\d+)\)/g;

test('the lines of docs/tour.md are those of the named function', () => {
  const stops = [...read('docs/tour.md').matchAll(STOP)];
  assert.equal(stops.length, 10);
  for (const [, path, name, from, to] of stops) {
    const lines = read(path!)
      .split('\n')
      .slice(Number(from) - 1, Number(to));
    const declaration = name ? new RegExp(`\\b(function|interface) ${name}\\b`) : /ordered_cache_behavior/;
    assert.match(lines[0] ?? '', declaration, `${path} line ${from}`);
    assert.match(lines.at(-1) ?? '', /^ *}/, `${path} line ${to}`);
  }
});
