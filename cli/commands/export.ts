/** `npm run export`: writes the count to a file. */
import { writeCount } from '../count/count-file.ts';
import { exportCount } from '../count/export.ts';
import { visitsText } from '../count/report.ts';
import { refuseExisting, writeFileWhole } from '../terminal/output-file.ts';
import { defineCounterCommand, withCounter } from './counter-options.ts';

export const command = defineCounterCommand(
  'export',
  'Writes the count, and the ids of the last 24 hours’ visits so that these do not count again after a move. ' +
    'The server may be running, but stop it before you move: a visit during the export may count twice.',
)
  .requiredOption('--out <file>', 'where the count goes, such as count.jsonl; refused where it exists')
  .option('--replace', 'replace the file', false)
  .action(async ({ out, replace, ...where }) => {
    refuseExisting(out, replace);
    await withCounter(where, async (counter) => {
      const count = await exportCount(counter.database, Date.now());
      await writeFileWhole(out, writeCount(count));
      console.log(
        `${out}: ${visitsText(count.count)} of ${counter.name}, ${count.remembered.size} of them in the last 24 hours.`,
      );
    });
  });
