/** `npm run validate -- FILE`: checks a résumé and writes nothing. */
import { parseArgs } from 'node:util';
import { loadResume } from '../../site/resume/index.ts';
import { UserError } from '../../shared/user-error.ts';
import { run } from '../terminal/run.ts';

const COMMAND = 'npm run validate';

const HELP = `Usage: ${COMMAND} -- [FILE] [--strict]

Reads a résumé (default resume.json) and shows what a build would change, warn about or reject. Writes nothing.

  --strict   reject everything that is not exactly JSON Resume, instead of reading it

Exit codes: 0 the résumé can be built, 1 something to fix on your side, 70 a bug in Cloud Resume.`;

run(async () => {
  const { file, help, strict } = read(process.argv.slice(2));
  if (help) return console.log(HELP);
  const { warnings, warningCount, noteCount } = await loadResume(file, { strict });
  if (warnings) console.warn(`${warnings}\n`);
  const found = [counted(warningCount, 'warning'), counted(noteCount, 'note')].filter(Boolean).join(' and ');
  console.log(found ? `${file} can be built; ${found}.` : `${file} is fine.`);
});

function counted(number: number, word: string): string {
  return number ? `${number} ${word}${number > 1 ? 's' : ''}` : '';
}

function read(args: string[]): { file: string; help: boolean; strict: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { help: { type: 'boolean' }, strict: { type: 'boolean' } },
    });
    if (positionals.length > 1) throw new UserError(`${positionals.length} files were given.`, 'Give one.');
    return {
      file: positionals[0] ?? 'resume.json',
      help: values.help ?? false,
      strict: values.strict ?? false,
    };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError((error as Error).message.split('. ')[0]!, `See ${COMMAND} -- --help`);
  }
}
