/** Questions to the person at the terminal, and the progress of what takes longer than a second. */
import type { Readable, Writable } from 'node:stream';
import { confirm as confirmPrompt, isCancel, select, text } from '@clack/prompts';
import { UserError } from '../../shared/user-error.ts';

export interface Terminal {
  input: Readable & { isTTY?: boolean };
  output: Writable & { isTTY?: boolean };
}

const TERMINAL: Terminal = { input: process.stdin, output: process.stdout };

/**
 * @returns what was typed, without surrounding spaces
 * @throws {UserError} without a terminal, in CI, and after Ctrl-C
 */
export async function ask(message: string, terminal = TERMINAL): Promise<string> {
  // Enter alone gives undefined.
  const typed: string | undefined = await answer(message, terminal, (options) => text(options));
  return typed?.trim() ?? '';
}

/** Enter alone answers `initialValue`. @throws {UserError} without a terminal, in CI, and after Ctrl-C */
export async function confirm(message: string, initialValue: boolean, terminal = TERMINAL): Promise<boolean> {
  return answer(message, terminal, (options) => confirmPrompt({ ...options, initialValue }));
}

/** @returns the value that was chosen. @throws {UserError} without a terminal, in CI, and after Ctrl-C */
export async function choose<Value extends string>(
  message: string,
  options: { value: Value; label: string }[],
  terminal = TERMINAL,
): Promise<Value> {
  // clack's type depends on whether Value is a primitive, which TypeScript cannot see here.
  return answer(message, terminal, (given) =>
    select({ ...given, options: options as never }),
  ) as Promise<Value>;
}

/** Whether questions can be asked. */
export function isInteractive({ input, output }: Terminal = TERMINAL): boolean {
  return Boolean(input.isTTY && output.isTTY && !process.env['CI']);
}

async function answer<T>(
  message: string,
  terminal: Terminal,
  prompt: (options: Terminal & { message: string }) => Promise<T>,
): Promise<Exclude<T, symbol>> {
  if (!isInteractive(terminal)) {
    throw new UserError(
      `"${message}" needs an answer, but this is not a terminal.`,
      'Give --yes to continue without questions.',
    );
  }
  const given = await prompt({ message, ...terminal });
  if (isCancel(given)) throw new UserError('Stopped.', 'Nothing was changed.');
  return given as Exclude<T, symbol>;
}

/** Shows what is being done; at a terminal, with the seconds that it has taken. Leaves Ctrl-C alone, unlike a spinner. */
export async function during<T>(
  label: string,
  work: () => Promise<T>,
  output: Terminal['output'] = process.stdout,
): Promise<T> {
  if (!output.isTTY || process.env['CI']) {
    output.write(`  ${label} …\n`);
    return work();
  }
  output.write(`  ${label} …`);
  const started = Date.now();
  const timer = setInterval(
    () => output.write(`\r  ${label} … ${Math.round((Date.now() - started) / 1000)} s`),
    1_000,
  );
  try {
    return await work();
  } finally {
    clearInterval(timer);
    output.write('\n');
  }
}
