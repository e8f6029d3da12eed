/** `npm run import`: a count from a file into a counter. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { readArgumentsAndFile } from '../terminal/arguments.ts';
import { readCount, sumOf } from '../count/count-file.ts';
import { importCount } from '../count/import-count.ts';
import { openPlace } from '../count/counter-location.ts';
import { UserError } from '../../shared/user-error.ts';
import { run } from '../terminal/run.ts';

const COMMAND = 'npm run import';

const HELP = `Usage: ${COMMAND} -- FILE [--data FOLDER | --env NAME]

Adds to a counter what FILE, written by npm run export, knows beyond it. The server may be running; open pages show the
new number at once. Doing it twice adds nothing, and no count is ever lowered.

  --data FOLDER   a counter on this machine (default .data; made where there is none)
  --env NAME      an environment on AWS: production, or one of cloud-resume.json

Exit codes: 0 imported, or nothing to add; 1 something to mend and nothing was added; 70 a fault in this program.`;

run(async () => {
  const { values, file } = readArgumentsAndFile(COMMAND, process.argv.slice(2), {
    data: { type: 'string' },
    env: { type: 'string' },
    help: { type: 'boolean', default: false },
  });
  if (values.help) return console.log(HELP);
  if (file === undefined) throw new UserError('No file was given.', `Name one: ${COMMAND} -- count.jsonl`);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      error.code === 'ENOENT' ? `There is no ${file}.` : `${file} cannot be read (${error.code}).`,
      'Name a file that npm run export has written.',
    );
  });
  const count = readCount(text, file);

  const place = await openPlace({ ...values, create: true });
  try {
    const report = await importCount(place.database, count, {
      now: Date.now,
      random: Math.random,
      sleep: (ms) => sleep(ms),
      newSite: randomUUID,
    });
    const [added, total, inFile] = [report.added, report.count, sumOf(count.counted)].map((visits) =>
      visits.toLocaleString('en'),
    );
    console.log(
      report.added > 0
        ? `${added} of ${inFile} visits were new to ${place.name}; it now counts ${total}.`
        : `All ${inFile} visits were in ${place.name} already; it counts ${total}.`,
    );
    if (report.remembered > 0)
      console.log(`${report.remembered} visits are remembered, so that they do not count again.`);
  } finally {
    await place.close();
  }
});
