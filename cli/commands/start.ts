/** `npm start`: the résumé with its live counter, all of it on this machine. */
import { run } from '../terminal/run.ts';
import { closeOnSignal, readSettings, serve } from '../local/serve.ts';

run(async () => {
  const settings = readSettings('npm start', process.argv.slice(2));
  if (!settings) return;
  const { cloud } = await serve(settings);
  closeOnSignal(() => cloud.close());
  console.log('Your résumé is here, and counts:');
  console.log(cloud.url);
  console.log('Open it in a second tab and watch the first one tick. Ctrl-C stops it; the count is kept.');
});
