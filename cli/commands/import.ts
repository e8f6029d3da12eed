/** `npm run import`: adds a count from a file to a counter, or sets it. */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../shared/user-error.ts';
import { readCount, type Count } from '../count/count-file.ts';
import { readTotal } from '../count/export.ts';
import { importCount, setCount } from '../count/import.ts';
import { number, visitsText } from '../count/report.ts';
import { wholeNumber } from '../terminal/options.ts';
import { defineCounterCommand, withCounter } from './counter-options.ts';

export const command = defineCounterCommand(
  'import',
  'Adds the count in a file from npm run export. Importing the same file twice adds nothing. The server may be running: open pages show the new number immediately.',
)
  .argument('[file]', 'written by npm run export')
  .option(
    '--set <number>',
    'make the count exactly this number, also a lower one; no file is needed',
    wholeNumber('--set', 0, Number.MAX_SAFE_INTEGER),
  )
  .action(async (file, { set, ...where }) => {
    if (file === undefined && set === undefined)
      throw new UserError('No file was given.', 'Name one: npm run import -- count.jsonl');
    const count = file === undefined ? undefined : await readFileOf(file);
    await withCounter({ ...where, create: true }, async (counter) => {
      const options = { nowMs: Date.now(), random: Math.random, sleep: (ms: number) => sleep(ms) };
      const isAdded = count && (await importCount(counter.database, count, options));
      if (set !== undefined) await setCount(counter.database, set, options);
      const total = number(await readTotal(counter.database));
      if (set === undefined && !isAdded)
        console.log(`${counter.name} already contains this export: nothing was added. It counts ${total}.`);
      else if (set === undefined)
        console.log(`Added ${visitsText(count!.count)} to ${counter.name}; it now counts ${total}.`);
      else console.log(`${counter.name} now counts ${total}.`);
    });
  });

async function readFileOf(file: string): Promise<Count> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      error.code === 'ENOENT' ? `There is no ${file}.` : `${file} cannot be read (${error.code}).`,
      'Name a file from npm run export.',
    );
  });
  return readCount(text, file);
}
