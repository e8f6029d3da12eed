/** `npm run demo`: breaks the system for two minutes, next to the first design, and shows that nothing was lost. */
import { Option } from '@commander-js/extra-typings';
import { runDemo } from '../../console/lab/demo.ts';
import { defineCommand } from '../terminal/command.ts';
import { duration, wholeNumber } from '../terminal/options.ts';

export const command = defineCommand(
  'demo',
  'Breaks the system for two minutes: 200 visitors, a killed broadcaster, 30 % faults, a killed database. The first design gets the same. Nothing is stored.',
  {
    details:
      'Open the console, whose address it prints, to watch each visit. Exits with 1 if a visit was lost or counted twice.',
  },
)
  .addOption(
    new Option('--pause <time>', 'time between two steps')
      .argParser(duration('--pause'))
      .default(10_000, '10s'),
  )
  .option(
    '--console-port <number>',
    'port of the console; by default 4001, or any free one',
    wholeNumber('--console-port', 0, 65_535, '; 0 takes any free port'),
  )
  .action(async ({ pause, consolePort }) => {
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
    const { signal } = stop;
    const isRight = await runDemo({ pauseMs: pause, consolePort, say: console.log, signal }).catch(
      (error: Error) => {
        if (!signal.aborted) throw error;
        console.log('Stopped.');
      },
    );
    if (!isRight) process.exitCode = 1;
  });
