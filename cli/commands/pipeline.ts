/** `npm run pipeline -- STEP`: what the workflows run, in this repository and in an owner's. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Argument } from '@commander-js/extra-typings';
import { PROGRAM } from '../configuration/folders.ts';
import { SCRIPTS } from '../pipeline/scripts.ts';
import { defineCommand } from '../terminal/command.ts';

const MODULES = {
  comment: async (args: string[]) => (await import('../pipeline/comment.ts')).comment(args),
  'live-commit': async (args: string[]) => (await import('../pipeline/live-commit.ts')).liveCommit(args),
  previews: async () => (await import('../pipeline/previews.ts')).previews(),
  release: async (args: string[]) => (await import('../pipeline/release.ts')).release(args),
  report: async (args: string[]) => (await import('../pipeline/report.ts')).report(args),
};

export const command = defineCommand(
  'pipeline',
  'Runs one step of the workflows in .github/workflows, which call it. The step’s file explains its arguments: .github/scripts/<step>.sh or cli/pipeline/<step>.ts.',
  { exitCodes: 'Exit codes: those of the step.' },
)
  .addArgument(
    new Argument('<step>', 'its name').choices([
      ...SCRIPTS,
      ...(Object.keys(MODULES) as (keyof typeof MODULES)[]),
    ]),
  )
  .argument('[args...]', 'its arguments')
  .allowUnknownOption()
  .passThroughOptions()
  .action(async (step, args) => {
    if (step in MODULES) return MODULES[step as keyof typeof MODULES](args);
    const script = join(PROGRAM, '.github', 'scripts', `${step}.sh`);
    process.exitCode = spawnSync('bash', [script, ...args], { stdio: 'inherit' }).status ?? 1;
    return undefined;
  });
