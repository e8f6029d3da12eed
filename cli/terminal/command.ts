/** Defines commands, so that help, errors and exit codes are the same for all of them. */
import { Command, CommanderError, Help, type Option } from '@commander-js/extra-typings';
import { UserError } from '../../shared/user-error.ts';
import { IS_PACKAGE } from '../configuration/folders.ts';

const WIDTH = 110;
const EXIT_CODES = 'Exit codes: 0 success, 1 something to fix on your side, 70 a bug in Cloud Resume.';

interface Texts {
  /** What follows the options in the help. */
  details?: string;
  exitCodes?: string;
}

/** @param name as in `npm run <name>` */
export function defineCommand(
  name: string,
  description: string,
  { details, exitCodes = EXIT_CODES }: Texts = {},
) {
  const after = [details, exitCodes].filter((text) => text !== undefined);
  return new Command(name)
    .description(description)
    .helpOption('--help', 'show this text')
    .configureHelp({
      helpWidth: WIDTH,
      commandUsage: (command) => `${typed(name)}${DASHES} ${command.usage()}`,
      optionDescription,
    })
    .addHelpText('after', after.map((text) => `\n${new Help().boxWrap(text, WIDTH)}`).join('\n'))
    .allowExcessArguments(false)
    .configureOutput({ outputError: () => {} })
    .exitOverride();
}

function optionDescription(option: Option): string {
  const { description, argChoices, defaultValue, defaultValueDescription } = option;
  const value = defaultValueDescription ?? (typeof defaultValue === 'boolean' ? undefined : defaultValue);
  const notes = [argChoices?.join(', '), value !== undefined && `default: ${String(value)}`].filter(Boolean);
  return notes.length > 0 ? `${description} (${notes.join('; ')})` : description;
}

/** npm names the script that it runs; npx calls itself `npx`. */
const SCRIPT = process.env['npm_lifecycle_event'];
/** The package was called by name, not by a script of the owner's package.json. */
const IS_DIRECT = IS_PACKAGE && (SCRIPT === undefined || SCRIPT === 'npx');

/** What people type between a command and its options. */
export const DASHES = IS_DIRECT ? '' : ' --';

/** How people type a command: `npm start`, `npm run deploy`, `npx cloud-resume deploy`. */
export function typed(name: string): string {
  if (IS_DIRECT) return `${SCRIPT ? 'npx ' : ''}cloud-resume ${name}`;
  return name === 'start' || name === 'test' ? `npm ${name}` : `npm run ${name}`;
}

/** Messages name the scripts of npm. @returns the text with the commands as people have to type them here */
export function withTyped(text: string): string {
  if (!IS_DIRECT) return text;
  return text.replaceAll(/\bnpm (?:(start)|run ([a-z]+)(?: --)?)/g, (_, start, name) =>
    typed((start ?? name) as string),
  );
}

/**
 * Turns the parser's errors into {@link UserError}s with the next step.
 * @param name of the command that was parsed
 * @returns undefined where the parser only ended after showing the help; other errors stay as they are
 */
export function explainParserError(error: unknown, name: string): unknown {
  if (!(error instanceof CommanderError)) return error;
  if (error.exitCode === 0) return undefined;
  // Such as: error: unknown option '--prot'\n(Did you mean --port?)
  const [problem = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const hint = suggestion ? `${suggestion.replace(/[()]/g, '')} ` : '';
  return new UserError(
    `${problem.charAt(0).toUpperCase()}${problem.slice(1)}${problem.endsWith('.') ? '' : '.'}`,
    `${hint}See ${typed(name)}${DASHES} --help`,
  );
}
