#!/usr/bin/env node
/**
 * The entry of every command: `node cli/main.mjs <command> [options]`, also right after `git clone`, and `cloud-resume <command>` in the
 * npm package. In a clone it first installs what the command needs; `install` only installs. Its syntax is old enough that Node 12 gets
 * as far as the message about its version.
 */
import fs from 'fs';
import { fileURLToPath } from 'url';

/** Commands that need the development dependencies, which include AWS's clients; the others need them only with --env. */
const WITH_DEV = [
  'deploy',
  'rollback',
  'destroy',
  'bootstrap',
  'logs',
  'pipeline',
  'cloud',
  'test',
  'check',
  'bench',
  'package',
];

const path = (file) => fileURLToPath(new URL(`../${file}`, import.meta.url));
/** npm leaves the lock file out of a package, and has installed everything. */
const isPackage = !fs.existsSync(path('package-lock.json'));
const { engines } = JSON.parse(fs.readFileSync(path('package.json'), 'utf8'));
const [command, ...args] = process.argv.slice(2);

const oldest = engines.node.replace(/^\D+/, '');
if (isOlder(process.versions.node, oldest)) {
  fail(
    `Cloud Resume needs Node.js ${oldest} or newer; this is Node.js ${process.versions.node} (${process.execPath}).`,
    'Install a current version from https://nodejs.org (or: nvm install 22), then run the same command again.',
  );
} else if (isPackage) {
  import('../lib/program.js').then(start);
} else {
  import('./install.mjs')
    .then(({ install }) => install(WITH_DEV.includes(command) || args.some((arg) => arg.startsWith('--env'))))
    .then(
      () => command === 'install' || startFromSource(),
      (error) => fail(error.message, 'Then run the same command again.'),
    );
}

function startFromSource() {
  return import('./from-source.mjs').then(({ loadProgram }) => loadProgram(command)).then(start);
}

function start({ runProgram }) {
  runProgram(process.argv.slice(2));
}

function isOlder(version, oldest) {
  const [a, b] = [version, oldest].map((text) => text.split('.').map(Number));
  const i = a.findIndex((number, place) => number !== b[place]);
  return i !== -1 && a[i] < b[i];
}

function fail(problem, remedy) {
  process.stderr.write(`\n${problem}\n${remedy}\n\n`);
  process.exitCode = 1;
}
