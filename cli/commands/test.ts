/**
 * Runs the tests: all of them, or those whose path contains one of the words given (`npm test -- gateway`).
 * Files run two at a time; node's test runner prints the totals.
 */
import { spawn } from 'node:child_process';
import { sourceFiles } from '../source-files.ts';

const HELP = `Usage: npm test -- [WORD …]

Runs all tests, or those whose path contains one of the words: npm test -- gateway faults

A test that wants a program which is not here is skipped and says what to install; with CI=true that is a failure.
Exit codes: 0 all passed, 1 one failed.`;

const words = process.argv.slice(2);
if (words.includes('--help')) {
  console.log(HELP);
  process.exit(0);
}
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
