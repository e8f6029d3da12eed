/** `npm test`: runs the tests through node's own runner, in one process more than the machine has processors. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { SEED } from '../../test/support/seed.ts';
import { divide, writeEntries } from '../../test/support/shared-processes.ts';
import { sourceFiles } from '../source-files.ts';
import { defineCommand } from '../terminal/command.ts';

export const command = defineCommand(
  'test',
  'Runs the tests, or those whose path contains one of the words: npm test -- gateway faults. A test that needs a missing program ' +
    'is skipped and says what to install. With CI=true it fails instead.',
  { exitCodes: 'Exit codes: 0 all passed, 1 one failed.' },
)
  .argument('[word...]', 'part of a path')
  .option(
    '--all',
    'also run the slow tests (*.full.test.ts): an emulated AWS account, many kills, storms, every page in a browser',
    false,
  )
  .option('--slowest', 'list the twenty slowest tests at the end', false)
  .action((words, options) => runTests(words, options));

/** Also for a file as a whole: one that never ends fails instead of keeping the run waiting. */
const FILE_LIMIT_MS = 25 * 60_000;

async function runTests(
  words: string[],
  { all, slowest }: { all: boolean; slowest: boolean },
): Promise<void> {
  const matching = sourceFiles('.test.ts').filter(
    (file) => words.length === 0 || words.some((word) => file.includes(word)),
  );
  const files = matching.filter((file) => all || !isSlow(file));
  const leftOut = matching.filter((file) => !files.includes(file));
  if (files.length === 0) {
    console.error(
      leftOut.length > 0
        ? `Only slow tests match: ${leftOut.join(', ')}. Run them: npm test -- --all ${words.join(' ')}`
        : `No test file's path contains ${words.map((word) => JSON.stringify(word)).join(' or ')}.`,
    );
    process.exitCode = 1;
    return;
  }

  // One more than processors: a test that waits for AWS's polling intervals or a browser leaves its processor to another one.
  const processes = availableParallelism() + 1;
  const { shared, alone } = divide(files);
  const runFolder = `.cache/test-processes/${process.pid}`;
  const entries = writeEntries(shared, processes, runFolder);
  const inOrder = [...alone, ...entries].sort((a, b) => rank(a) - rank(b));
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      'test/support/run.mjs',
      ...[processes, FILE_LIMIT_MS, slowest].map(String),
      ...inOrder,
    ],
    {
      stdio: 'inherit',
      // The SDK warns in every process that its versions of 2027 will need Node 22; package.json's engines say what these need.
      env: {
        ...process.env,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        // Removed at the end; here test files share what is slow to make.
        TEST_RUN_FOLDER: runFolder,
      },
    },
  );
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  rmSync(runFolder, { recursive: true, force: true });
  console.log(`\nRandomized tests used SEED=${SEED}.`);
  if (leftOut.length > 0)
    console.log(
      `\nnpm test -- --all ${words.join(' ')}`.trimEnd() +
        ` would add ${leftOut.length} slow test file${leftOut.length === 1 ? '' : 's'}:\n  ${leftOut.join('\n  ')}`,
    );
  process.exitCode = signal ? 1 : (code ?? 1);
}

const isSlow = (file: string) => file.endsWith('.full.test.ts');

/** Files of half a minute or more, the longest first. One that starts last would run while the other processors are idle. */
const LONGEST = [
  'test/infra/deploy.full.test.ts',
  'test/infra/bootstrap.full.test.ts',
  'test/e2e/page-layout.full.test.ts',
  'test/e2e/console.full.test.ts',
  'test/e2e/page-print.full.test.ts',
  'test/faults/kill.full.test.ts',
  'test/package/package.full.test.ts',
  'test/e2e/page-themes.full.test.ts',
  'test/faults/model-check.full.test.ts',
  'test/infra/terraform.test.ts',
];

/** The longest first, then the slow ones, tests of several folders, units that share a process, and the small rest. */
function rank(file: string): number {
  const position = LONGEST.indexOf(file);
  if (position >= 0) return position - LONGEST.length;
  return isSlow(file) ? 0 : /^(test|\.cache)\//.test(file) ? 1 : 2;
}
