/** Everything that the documentation points at exists: links, anchors, paths and npm scripts. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { sourceFiles } from '../../cli/source-files.ts';

/** The project's own Markdown. */
const pages = sourceFiles('.md').map((path) => {
  const text = readFileSync(path, 'utf8');
  /** As GitHub's anchors: `what-is-not`. */
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return { path, text, headings };
});

describe('links', () => {
  for (const { path, text } of pages) {
    test(path, () => {
      for (const match of text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)) {
        const target = (match[1] ?? match[2])!;
        if (/^[a-z]+:/.test(target)) continue;
        const [file, anchor] = target.split('#') as [string, string?];
        const linked = file ? join(dirname(path), file) : path;
        assert.ok(existsSync(linked), `${path} links to ${target}, which is not there`);
        // Line ranges of source files are checked by tour.test.ts.
        if (!anchor || /^L\d+-L\d+$/.test(anchor)) continue;
        const headings = pages.find((page) => page.path === linked)?.headings ?? [];
        assert.ok(headings.includes(anchor), `${linked} has no heading for #${anchor}`);
      }
    });
  }
});

test('documented npm scripts exist', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  for (const { path, text } of pages)
    for (const [, name] of text.matchAll(/npm run ([a-z][\w-]*)/g))
      assert.ok(name! in scripts, `${path} mentions npm run ${name}, which package.json does not define`);
});
