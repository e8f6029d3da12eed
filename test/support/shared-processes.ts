/**
 * Runs many unit test files in a few processes. Node 20 starts one process per file, and starting costs more than most unit tests do.
 * Node names a test by the file that calls `test()`, so failures still point to their own file.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What a file must not share a process over: hooks at top level reach every test, and the rest changes the process or needs time. */
const NEEDS_ITS_OWN_PROCESS = [
  /^(before|after|beforeEach|afterEach)\(/m,
  /node:(child_process|worker_threads)'/,
  /process\.(chdir|on|once|exitCode)\b/,
  /process\.env(\.\w+|\[[^\]]+\]) =[^=]|assign\(process\.env|delete process\.env/,
  /\bglobalThis(\.\w+|\[[^\]]+\]) =[^=]|assign\(globalThis|defineProperty\(globalThis/,
  /\bmock\.(timers|method|module)/,
  /support\/(chromium|database|server|tools)\.ts'/,
  /^test\/(?!docs|pipeline|support)|\.full\.test\.ts$/,
];

/** Divides the files into those that share processes and those that get their own. */
export function divide(files: string[]): { shared: string[]; alone: string[] } {
  const alone = files.filter((file) => {
    const source = readFileSync(file, 'utf8');
    return NEEDS_ITS_OWN_PROCESS.some((pattern) => pattern.test(file) || pattern.test(source));
  });
  return { shared: files.filter((file) => !alone.includes(file)), alone };
}

/**
 * Writes one entry file per process into `folder`.
 * @returns the entries' paths
 */
export function writeEntries(files: string[], processes: number, folder: string): string[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const shares = Array.from({ length: processes }, (_, index) =>
    files.filter((_, position) => position % processes === index),
  );
  return shares
    .filter((share) => share.length > 0)
    .map((share, index) => {
      const entry = join(folder, `units-${index + 1}.mjs`);
      writeFileSync(entry, entrySource(share));
      return entry;
    });
}

/** A file that cannot be loaded fails as a test of its own name; the others still run. */
function entrySource(files: string[]): string {
  const urls = Object.fromEntries(files.map((file) => [file, pathToFileURL(resolve(file)).href]));
  return `import { test } from 'node:test';
const files = ${JSON.stringify(urls, null, 2)};
for (const [file, url] of Object.entries(files))
  await import(url).catch((error) => test(file + ' loads', () => { throw error; }));
`;
}
