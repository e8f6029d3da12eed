/**
 * run.mjs CONCURRENCY TIMEOUT_MS LIST_SLOWEST FILE…: runs test files in this order. `node --test` would sort them by path, so a long file
 * late in the alphabet would run alone at the end. In JavaScript: the test files' processes inherit `--import tsx` from this one.
 */
import { resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import slowest from './slowest.mjs';

const [concurrency, timeout, listSlowest, ...files] = process.argv.slice(2);
const events = run({
  files: files.map((file) => resolve(file)),
  concurrency: Number(concurrency),
  timeout: Number(timeout),
});
events.once('test:fail', () => (process.exitCode = 1));
events.compose(new spec()).pipe(process.stdout);
if (listSlowest === 'true') events.compose(slowest).pipe(process.stdout);
