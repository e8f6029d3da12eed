/** `npm run package`: the npm package `cloud-resume`, as the release publishes it. */
import { copyFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { packPackage } from '../package/index.ts';
import { defineCommand } from '../terminal/command.ts';

export const command = defineCommand(
  'package',
  'Compiles Cloud Resume into dist/package and packs it into dist/cloud-resume-<version>.tgz, which npm can install. Prints that path.',
).action(async () => {
  const tarball = await packPackage();
  console.log(tarball);
  const { npm_lifecycle_event, npm_config_pack_destination = '.', INIT_CWD = '.' } = process.env;
  if (npm_lifecycle_event !== 'postpack') return;
  // `npm pack` has packed the repository under the same name; what can be installed takes its place.
  const packed = resolve(INIT_CWD, npm_config_pack_destination, basename(tarball));
  await copyFile(tarball, packed);
  console.log(`${packed} is the same file: npm listed the repository’s files, not the package’s.`);
});
