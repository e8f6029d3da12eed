/** Finds the command, loads nothing but its file, and runs it. */
import { suggest } from '../shared/suggest.ts';
import { UserError } from '../shared/user-error.ts';
import { IS_PACKAGE } from './configuration/folders.ts';
import { readProgram } from './configuration/version.ts';
import { DASHES, explainParserError, typed } from './terminal/command.ts';
import { run } from './terminal/run.ts';

/** In the order of a project's life. */
const OWNERS_COMMANDS = {
  init: ['make a folder ready for your résumé', () => import('./commands/init.ts')],
  start: ['your résumé with its live counter, on this machine', () => import('./commands/start.ts')],
  dev: ['the same, and every change shows immediately', () => import('./commands/dev.ts')],
  demo: ['break the counter for two minutes, and lose nothing', () => import('./commands/demo.ts')],
  validate: ['check a résumé', () => import('./commands/validate.ts')],
  convert: [
    "turn LinkedIn's or Reactive Resume's export into a résumé",
    () => import('./commands/convert.ts'),
  ],
  build: ['build the site and the functions', () => import('./commands/build.ts')],
  deploy: ['put the site into your AWS account', () => import('./commands/deploy.ts')],
  rollback: ['deploy the last good release again', () => import('./commands/rollback.ts')],
  doctor: ['check a live site', () => import('./commands/doctor.ts')],
  link: ['create a link that counts how often it is opened', () => import('./commands/link.ts')],
  stats: ['visits by day and week, links, pages, audience', () => import('./commands/stats.ts')],
  logs: ['what the components on AWS have logged', () => import('./commands/logs.ts')],
  export: ['write the count to a file', () => import('./commands/export.ts')],
  import: ['add a count from a file', () => import('./commands/import.ts')],
  upgrade: ['bring generated files up to date', () => import('./commands/upgrade.ts')],
  bootstrap: ['let GitHub Actions deploy', () => import('./commands/bootstrap.ts')],
  pipeline: ['one step of the workflows', () => import('./commands/pipeline.ts')],
  destroy: ['tear the site down again', () => import('./commands/destroy.ts')],
  cloud: ['run another WebSocket API in the local cloud', () => import('./commands/cloud.ts')],
} as const;

/** For working on Cloud Resume itself: only in a clone. */
const REPOSITORY_COMMANDS = {
  test: ['run the tests', () => import('./commands/test.ts')],
  check: ['types, lint, format, workflows', () => import('./commands/check.ts')],
  bench: ['measure the counter', () => import('./commands/bench.ts')],
  package: ['pack the npm package', () => import('./commands/package.ts')],
} as const;

const COMMANDS = {
  ...OWNERS_COMMANDS,
  ...(IS_PACKAGE ? {} : REPOSITORY_COMMANDS),
} as typeof OWNERS_COMMANDS & typeof REPOSITORY_COMMANDS;

type Name = keyof typeof COMMANDS;
export const COMMAND_NAMES = Object.keys(COMMANDS) as Name[];

export function loadCommand(name: Name) {
  return COMMANDS[name][1]();
}

/** @param args what follows `node cli/main.mjs`: the command's name, then its own arguments */
export function runProgram(args: string[]): void {
  run(() => runCommand(args));
}

/** @throws {UserError} where the command line or the command fails */
export async function runCommand([name = '--help', ...args]: string[]): Promise<void> {
  if (['--help', '-h', 'help'].includes(name)) return console.log(overview());
  if (name === '--version') return console.log(readProgram().version);
  if (!isName(name)) {
    const meant = suggest(name, COMMAND_NAMES);
    throw new UserError(
      `There is no command ${JSON.stringify(name)}.`,
      meant ? `Did you mean ${typed(meant)}?` : `The commands are ${COMMAND_NAMES.join(', ')}.`,
    );
  }
  const { command } = await loadCommand(name);
  try {
    await command.parseAsync(args, { from: 'user' });
  } catch (error) {
    const explained = explainParserError(error, name);
    if (explained) throw explained;
  }
}

function isName(name: string): name is Name {
  return Object.hasOwn(COMMANDS, name);
}

export function overview(): string {
  const width = typed('bootstrap').length + 3;
  const lines = COMMAND_NAMES.map((name) => `  ${typed(name).padEnd(width)}${COMMANDS[name][0]}`);
  return [
    `Usage: ${typed('<command>')}${DASHES} [options]`,
    '',
    ...lines,
    '',
    `${typed('<command>')}${DASHES} --help explains a command.`,
  ].join('\n');
}
