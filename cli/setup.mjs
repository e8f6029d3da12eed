/**
 * Installs what is missing. npm runs it before every script (`prestart`, `pretest`, …): nothing is installed yet when it runs for
 * the first time, so it uses no dependency, and this file's syntax is old enough that Node 12 gets as far as the message about it.
 *
 *     node cli/setup.mjs [--with-dev-dependencies]
 *
 * Instant when nothing is missing. Exit code 1 with one message when Node is too old or the dependencies cannot be installed.
 */
import { readFileSync } from 'fs';
import { dirname, join } from 'path';
import { fileURLToPath } from 'url';
import { nodeProblem } from './setup/node-version.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const withDev = process.argv.includes('--with-dev-dependencies');

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const problem = nodeProblem(manifest.engines.node, process.versions.node);
if (problem) {
  fail(problem);
} else {
  // Only now: what follows would not even load on an old Node.
  import('./setup/dependencies.mjs')
    .then(({ completeDependencies }) => completeDependencies(root, withDev, say))
    .catch((error) => fail(error.message));
}

function say(text) {
  process.stderr.write(text + '\n');
}

function fail(text) {
  say('\n' + text + '\n');
  process.exitCode = 1;
}
