/** Runs a command in this process. */
import { mock } from 'node:test';
import { runCommand } from '../../cli/program.ts';

/**
 * @returns what it writes to the terminal
 * @throws {UserError} where the command fails
 */
export async function command(...args: string[]): Promise<string> {
  let output = '';
  const write = (text: unknown) => void (output += `${String(text)}\n`);
  const mocks = (['log', 'warn', 'error'] as const).map((name) => mock.method(console, name, write));
  try {
    await runCommand(args);
  } finally {
    for (const { mock } of mocks) mock.restore();
  }
  return output;
}
