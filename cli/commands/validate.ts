/** `npm run validate -- FILE`: checks a résumé and writes nothing. */
import { Argument } from '@commander-js/extra-typings';
import { loadResume } from '../../site/resume/index.ts';
import { OWNER, resumeIn } from '../configuration/folders.ts';
import { defineCommand } from '../terminal/command.ts';

export const command = defineCommand(
  'validate',
  'Reads a résumé and shows what a build would change, warn about or reject. Writes nothing.',
  { exitCodes: 'Exit codes: 0 it can be built, 1 something to fix on your side, 70 a bug in Cloud Resume.' },
)
  .addArgument(new Argument('[file]', 'the résumé').default(resumeIn(OWNER), 'resume.json or resume.yaml'))
  .option('--strict', 'reject what the schema does not allow, and what the reader warns about', false)
  .action(async (file, { strict }) => {
    const { warnings, warningCount, noteCount } = await loadResume(file, { strict });
    if (warnings) console.warn(`${warnings}\n`);
    const found = [counted(warningCount, 'warning'), counted(noteCount, 'note')].filter(Boolean);
    console.log(found.length > 0 ? `${file} can be built; ${found.join(' and ')}.` : `${file} is fine.`);
  });

function counted(number: number, word: string): string {
  return number ? `${number} ${word}${number > 1 ? 's' : ''}` : '';
}
