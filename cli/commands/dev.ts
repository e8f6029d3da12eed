/** `npm run dev`: like `npm start`, and what you change shows at once: résumé, theme and functions are rebuilt, open pages reload. */
import { execFile } from 'node:child_process';
import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { readManifest, readSite } from '../../site/builder/output.ts';
import { addLiveReload } from '../local/live-reload.ts';
import { createRebuilder } from '../local/rebuilder.ts';
import { run } from '../terminal/run.ts';
import { closeOnSignal, PROJECT, readSettings, serve, SITE_DIRECTORY } from '../local/serve.ts';

const execute = promisify(execFile);

run(async () => {
  const settings = readSettings('npm run dev', process.argv.slice(2));
  if (!settings) return;
  const { cloud, rebuildFunctions } = await serve(settings, addLiveReload);

  /** In a process of its own, which reads the builder and the theme as they are now. */
  const rebuildSite = async () => {
    const build = [
      '--import',
      'tsx',
      'cli/commands/build.ts',
      '--resume',
      settings.resumeFile,
      '--out',
      SITE_DIRECTORY,
      ...(settings.publicOrigin === undefined ? [] : ['--url', settings.publicOrigin]),
    ];
    await execute(process.execPath, build, { cwd: PROJECT });
    const site = await readSite(SITE_DIRECTORY, await readManifest(SITE_DIRECTORY));
    if (!site) throw new Error(`${SITE_DIRECTORY} was written by another build at the same time.`);
    cloud.reloadSite(addLiveReload(site));
  };
  const report = (what: string) => (error?: Error & { stderr?: string }) => {
    if (error) console.error(`${error.stderr || error.message}\nThe last good ${what} is still served.`);
    else console.log(`Rebuilt the ${what}.`);
  };
  const site = createRebuilder(rebuildSite, report('site'));
  const functions = createRebuilder(rebuildFunctions, report('functions'));

  const inProject = (folder: string, changed: () => void) =>
    watch(join(PROJECT, folder), { recursive: true }, changed);
  const watchers: FSWatcher[] = [
    // Editors replace a file rather than write into it: the folder is what can be watched.
    watch(dirname(settings.resumeFile), (_event, name) => {
      if (name === basename(settings.resumeFile)) site();
    }),
    inProject('site', site),
    inProject('functions', functions),
    inProject('contract', () => {
      site();
      functions();
    }),
  ];
  closeOnSignal(async () => {
    for (const watcher of watchers) watcher.close();
    await cloud.close();
  });
  console.log('Your résumé is here, and follows every change:');
  console.log(cloud.url);
});
