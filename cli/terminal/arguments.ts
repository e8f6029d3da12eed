/** Command lines: `node:util`'s parser, with errors that say what to do. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UserError } from '../../shared/user-error.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * Reads flags; unknown ones and missing values are a {@link UserError}.
 * @param command as people type it: `npm start`
 */
export function readArguments<const T extends Options>(command: string, args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: false, strict: true }).values;
  } catch (error) {
    const [problem] = (error as Error).message.split('. ');
    throw new UserError(`${problem}.`, `See ${command} -- --help`);
  }
}

/**
 * As {@link readArguments}, with at most one file among the flags.
 * @returns `file` is undefined where none was given
 */
export function readArgumentsAndFile<const T extends Options>(command: string, args: string[], options: T) {
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true });
    if (positionals.length > 1) throw new UserError(`${positionals.length} files were given.`, 'Give one.');
    return { values, file: positionals[0] };
  } catch (error) {
    if (error instanceof UserError) throw error;
    const [problem] = (error as Error).message.split('. ');
    throw new UserError(`${problem}.`, `See ${command} -- --help`);
  }
}

/** A port number from 0 (any free one) to 65535. */
export function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new UserError(
      `--port is ${JSON.stringify(text)}.`,
      'Give a number from 0 to 65535; 0 takes any free port.',
    );
  }
  return port;
}
