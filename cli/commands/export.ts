/** `npm run export`: the count into a file. */
import { randomUUID } from 'node:crypto';
import { readArguments } from '../terminal/arguments.ts';
import { sumOf, writeCount } from '../count/count-file.ts';
import { exportCount } from '../count/export-count.ts';
import { openPlace } from '../count/counter-location.ts';
import { refuseExisting, writeWhole } from '../terminal/output-file.ts';
import { UserError } from '../../shared/user-error.ts';
import { run } from '../terminal/run.ts';

const COMMAND = 'npm run export';

const HELP = `Usage: ${COMMAND} -- [--data FOLDER | --env NAME] --out FILE

Writes the count, and the visits of the last 24 hours, which would be counted anew if they were forgotten. The server may be
running. npm run import brings the file into another counter, or back into this one.

  --data FOLDER   a counter on this machine (default .data); DYNAMODB_ENDPOINT is used instead where it is set
  --env NAME      an environment on AWS: production, or one of cloud-resume.json
  --out FILE      where the count goes, such as count.jsonl; refused where it exists
  --replace       replace FILE, at once and as a whole

Exit codes: 0 written, 1 something to mend and nothing was written, 70 a fault in this program.`;

run(async () => {
  const values = readArguments(COMMAND, process.argv.slice(2), {
    data: { type: 'string' },
    env: { type: 'string' },
    out: { type: 'string' },
    replace: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  });
  if (values.help) return console.log(HELP);
  const { out, replace } = values;
  if (out === undefined)
    throw new UserError('No file was given.', `Name one: ${COMMAND} -- --out count.jsonl`);
  refuseExisting(out, replace);

  const place = await openPlace({ ...values, create: false });
  try {
    const count = await exportCount(place.database, { now: Date.now, newSite: randomUUID });
    await writeWhole(out, writeCount(count));
    const visits = sumOf(count.counted).toLocaleString('en');
    console.log(`${out}: ${visits} visits of ${place.name}, ${count.remembered.size} of them remembered.`);
    if (count.meanwhile > 0)
      console.log(
        `${count.meanwhile} of them came while it was written: if these pages move along, they may be counted once more. ` +
          'Stop the server first and there are none.',
      );
  } finally {
    await place.close();
  }
});
