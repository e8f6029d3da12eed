/** Questions to the person at the terminal. */
import { createInterface } from 'node:readline';
import { UserError } from '../../shared/user-error.ts';

export interface Terminal {
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  output: NodeJS.WritableStream;
}

const TERMINAL: Terminal = { input: process.stdin, output: process.stdout };

/**
 * @returns what was typed, without surrounding spaces
 * @throws {UserError} where nobody is there to answer, or the answer is Ctrl-C
 */
export async function ask(question: string, { input, output }: Terminal = TERMINAL): Promise<string> {
  if (!input.isTTY) {
    throw new UserError(
      `"${question.trim()}" has nobody to answer it: this is no terminal.`,
      'Give --yes to go on without being asked.',
    );
  }
  const lines = createInterface({ input, output });
  try {
    return await new Promise<string>((resolve, reject) => {
      const stop = () => reject(new UserError('Stopped.', 'Nothing was changed.'));
      lines.once('SIGINT', stop).once('close', stop);
      lines.once('line', (answer) => resolve(answer.trim()));
      lines.setPrompt(question);
      lines.prompt();
    });
  } finally {
    lines.close();
  }
}

/** Yes is `y` or `yes`; Enter alone is `otherwise`. */
export async function confirm(question: string, otherwise: boolean, terminal?: Terminal): Promise<boolean> {
  const answer = await ask(`${question} ${otherwise ? '[Y/n]' : '[y/N]'} `, terminal);
  return answer === '' ? otherwise : /^y(es)?$/i.test(answer);
}
