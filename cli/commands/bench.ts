/** `npm run bench`: measures the whole system on this machine. */
import { Option } from '@commander-js/extra-typings';
import { bench, PARTS } from '../../bench/main.ts';
import { defineCommand } from '../terminal/command.ts';
import { wholeNumber } from '../terminal/options.ts';

const viewers = wholeNumber('--viewers', 1, 2_000);

export const command = defineCommand(
  'bench',
  'Measures the whole system on this machine. Everything stays on its loopback interface; bench/README.md says what is compared and how.',
  {
    details:
      'Results go to bench/results/: latest.json (quick.json with --quick) and the pictures. A run of one part leaves the ' +
      'figures of the others as they were.',
  },
)
  .addOption(new Option('--only <name...>', 'one part alone; may be repeated').choices(PARTS))
  .option(
    '--viewers <number>',
    'storms in front of an audience of this size alone; may be repeated',
    (text: string, others: number[] | undefined) => [...(others ?? []), viewers(text)],
  )
  .option(
    '--quick',
    'smaller audiences and fewer repetitions: shows that it works, not how fast it is',
    false,
  )
  .action((options) => bench(options));
