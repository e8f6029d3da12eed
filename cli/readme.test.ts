/** The README names only commands, files and flags that exist. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const readme = readFileSync('README.md', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

test('every npm command of the README is a script', () => {
  const named = new Set(
    [...readme.matchAll(/npm (?:run )?(start|test|dev|build|validate|check|bench|[a-z]+)(?=[` \n])/g)].map(
      (match) => match[1]!,
    ),
  );
  assert.ok(named.size >= 7);
  for (const name of named) assert.ok(scripts[name], `npm run ${name}`);
});

test('every script runs a file that is there', () => {
  for (const [name, command] of Object.entries(scripts)) {
    const file = /(\S+\.(?:ts|mjs))/.exec(command)?.[1];
    assert.ok(file && existsSync(file), `${name}: ${command}`);
  }
});

test('every file and folder that the README points at exists', () => {
  const table = readme.split('## To change X, look here')[1]!.split('\n## ')[0]!;
  const paths = [...table.matchAll(/`([\w./-]+\/[\w./-]*|resume\.json)`/g)].map((match) => match[1]!);
  assert.ok(paths.length >= 10);
  for (const path of paths) assert.ok(existsSync(path), path);
});
