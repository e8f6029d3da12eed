/** `npm run package`: the npm package `cloud-resume`, as the release publishes it. */
import { UserError } from '../../shared/user-error.ts';
import { packPackage } from '../package/index.ts';
import { defineCommand } from '../terminal/command.ts';

export const command = defineCommand(
  'package',
  'Compiles Cloud Resume into dist/package and packs it into dist/cloud-resume-<version>.tgz, which npm can install. Prints that path.',
).action(async () => {
  const tarball = await packPackage();
  // npm goes on to pack the folder it was started in.
  if (process.env['npm_lifecycle_event'] === 'prepack')
    throw new UserError(
      'npm pack would pack the whole repository.',
      `Use ${tarball}, which npm run package has just written.`,
    );
  console.log(tarball);
});
