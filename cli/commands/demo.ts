/** `npm run demo`: breaks the system for two minutes, next to the first design, and shows that nothing was lost. */
import { runDemo } from '../../console/lab/demo.ts';
import { defineCommand } from '../terminal/command.ts';
import { duration, wholeNumber } from '../terminal/options.ts';

export const command = defineCommand(
  'demo',
  'Breaks the system for two minutes: 200 visitors, a killed broadcaster, 30 % faults, a killed database. The first design gets the same. Nothing is stored.',
  { details: 'Open the console that it prints to watch each visit on its way.' },
)
  .option('--pause <time>', 'time between two steps', duration('--pause'), 10_000)
  .option(
    '--console-port <number>',
    'port of the console; by default 4001, or any free one',
    wholeNumber('--console-port', 0, 65_535),
  )
  .action(async ({ pause, consolePort }) => {
    if (!(await runDemo({ pauseMs: pause, consolePort, say: console.log }))) process.exitCode = 1;
  });
