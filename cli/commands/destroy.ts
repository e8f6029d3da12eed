/** `npm run destroy`: takes an environment out of the owner's AWS account. */
import { readArguments } from '../terminal/arguments.ts';
import { loadConfiguration } from '../configuration/index.ts';
import { destroy } from '../aws/destroy.ts';
import { run } from '../terminal/run.ts';

const COMMAND = 'npm run destroy';

const HELP = `Usage: ${COMMAND} -- [options]

Takes down everything that npm run deploy has made: site, counter, tables, logs, and the state when nothing else uses its
bucket. Shows what goes and asks before. It can be stopped and run again at any time.

  --env NAME     an environment of cloud-resume.json (default production)
  --keep-count   leave the table with the count: the next deploy takes it over
  --export FILE  write the count to FILE first, for npm run import; without --yes it is offered
  --yes          do not ask: for pipelines. Without --keep-count, the count goes too
  --unlock ID    release the lock that a dead run has left behind; the message about the lock names its ID

Exit codes: 0 taken down, or nothing was there, 1 something that you can mend, 70 a fault in this program.`;

run(async () => {
  const values = readArguments(COMMAND, process.argv.slice(2), {
    env: { type: 'string' },
    'keep-count': { type: 'boolean', default: false },
    export: { type: 'string' },
    yes: { type: 'boolean', default: false },
    unlock: { type: 'string' },
    help: { type: 'boolean', default: false },
  });
  if (values.help) return console.log(HELP);
  await destroy({
    configuration: await loadConfiguration({ environment: values.env }),
    yes: values.yes,
    keepCount: values['keep-count'],
    exportFile: values.export,
    unlock: values.unlock,
    say: (line) => console.log(line),
  });
});
