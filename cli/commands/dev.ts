/** `npm run dev`: like `npm start`, and what you change shows immediately: open pages reload. */
import { existsSync, watch, type FSWatcher } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import type { BuiltSite } from '../../contract/site-manifest.ts';
import { IS_PACKAGE, PROGRAM } from '../configuration/folders.ts';
import { addLiveReload } from '../local/live-reload.ts';
import { createRebuilder, rebuildSite } from '../local/rebuilder.ts';
import { closeOnSignal } from '../local/close-on-signal.ts';
import { serve } from '../local/serve.ts';
import { defineServerCommand } from './server-options.ts';

/** What else next to the résumé changes the page. */
const OTHERS = ['theme.css', 'public', 'cloud-resume.json'];

export const command = defineServerCommand(
  'dev',
  'Like npm start, and rebuilds résumé, theme and functions when you change them. Open pages reload.',
)
  .option('--no-console', 'do not serve the console')
  .action(async (options) => {
    let lastGood: BuiltSite;
    const { cloud, consoleUrl, close, unlisted, rebuildFunctions } = await serve(options, (site) =>
      addLiveReload((lastGood = site)),
    );

    const messageOf = (error: Error & { stderr?: string }) => error.stderr || error.message;
    const report = (what: string) => (error?: Error) => {
      if (error) console.error(`${messageOf(error)}\nThe last good ${what} is still served.`);
      else console.log(`Rebuilt the ${what}.`);
    };
    const site = createRebuilder(async () => {
      try {
        cloud.reloadSite(addLiveReload((lastGood = await rebuildSite(options))));
      } catch (error) {
        cloud.reloadSite(addLiveReload(lastGood, messageOf(error as Error)));
        throw error;
      }
    }, report('site'));
    const functions = createRebuilder(rebuildFunctions, report('functions'));

    /** A package's code does not change. */
    const inProgram = (folder: string, changed: () => void) =>
      IS_PACKAGE ? [] : [watch(join(PROGRAM, folder), { recursive: true }, changed)];
    const folder = dirname(options.resume);
    const watchers: FSWatcher[] = [
      // Editors replace a file rather than write to it, so the folder is watched.
      watch(folder, (_event, name) => {
        // Also resume.de.json.
        if (name?.startsWith(`${parse(options.resume).name}.`) || OTHERS.includes(name ?? '')) site();
      }),
      ...(existsSync(join(folder, 'public'))
        ? [watch(join(folder, 'public'), { recursive: true }, site)]
        : []),
      ...inProgram('site', site),
      ...inProgram('functions', functions),
      ...inProgram('contract', () => {
        site();
        functions();
      }),
    ];
    closeOnSignal(async () => {
      for (const watcher of watchers) watcher.close();
      await close();
    });
    console.log('Your résumé is live on this machine and follows every change:');
    console.log(cloud.url);
    if (consoleUrl) console.log(`console ${consoleUrl}`);
    if (unlisted.length) console.log('Unlisted, not secret: anyone with the link can open it.');
    for (const path of unlisted) console.log(cloud.url + path);
  });
