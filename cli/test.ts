/**
 * Runs the tests: all of them, or those whose path contains one of the words given (`npm test -- gateway`).
 * Files run two at a time; node's test runner prints the totals.
 */
import { spawn } from 'node:child_process';
import { sourceFiles } from './source-files.ts';

const words = process.argv.slice(2);
const files = sourceFiles('.test.ts').filter(
  (file) => words.length === 0 || words.some((word) => file.includes(word)),
);
if (files.length === 0) {
  console.error(`No test file's path contains ${words.map((word) => JSON.stringify(word)).join(' or ')}.`);
  process.exit(1);
}
const child = spawn(
  process.execPath,
  ['--import', 'tsx', '--test', '--test-concurrency=2', '--test-reporter=spec', ...files],
  { stdio: 'inherit' },
);
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
