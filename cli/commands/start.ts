/** `npm start`: the résumé with its live counter, all on this machine. */
import { closeOnSignal } from '../local/close-on-signal.ts';
import { serve } from '../local/serve.ts';
import { defineServerCommand } from './server-options.ts';

export const command = defineServerCommand(
  'start',
  'Serves your résumé with its live counter on this machine. Prints the URL on a line of its own when visits are counted.',
)
  .option('--console', 'also serve the console, which opens up the local cloud', false)
  .action(async (options) => {
    const { cloud, consoleUrl, close } = await serve(options);
    closeOnSignal(close);
    console.log('Your résumé is live on this machine:');
    console.log(cloud.url);
    if (consoleUrl) console.log(`console ${consoleUrl}`);
    console.log('Open it in a second tab and watch the first one tick. Ctrl-C stops it; the count is kept.');
  });
