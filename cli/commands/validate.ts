/** `npm run validate -- FILE`: checks a résumé and writes nothing. */
import { parseArgs } from 'node:util';
import { loadResume } from '../../site/resume/index.ts';
import { UserError } from '../../shared/user-error.ts';
import { run } from '../terminal/run.ts';

const COMMAND = 'npm run validate';

const HELP = `Usage: ${COMMAND} -- [FILE]

Checks a résumé (default resume.json) against the JSON Resume schema and for what the schema misses.

Exit codes: 0 fit to be built (warnings are shown), 1 faults were found or the command line has one,
70 a fault in this program.`;

run(async () => {
  const { file, help } = read(process.argv.slice(2));
  if (help) return console.log(HELP);
  const { warnings, warningCount } = await loadResume(file);
  if (warnings) console.warn(`${warnings}\n`);
  console.log(
    warningCount
      ? `${file} can be built; ${warningCount} warning${warningCount > 1 ? 's' : ''}.`
      : `${file} is fine.`,
  );
});

function read(args: string[]): { file: string; help: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { help: { type: 'boolean' } },
    });
    if (positionals.length > 1) throw new UserError(`${positionals.length} files were given.`, 'Give one.');
    return { file: positionals[0] ?? 'resume.json', help: values.help ?? false };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError((error as Error).message.split('. ')[0]!, `See ${COMMAND} -- --help`);
  }
}
