/** What shared/bundle.ts reads in a package: the page's scripts and styles, the functions, the local cloud's runtime. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { runtimeSource } from '../../local-cloud/lambda/runtime-source.ts';
import { consoleScript } from '../../console/page/page.ts';
import { bundle, packedFile } from '../../shared/bundle.ts';
import { clientScript, SCRIPTS, styleSheet, STYLES } from '../../site/builder/bundle.ts';
import { PROGRAM } from '../configuration/folders.ts';
import { BUNDLE, FUNCTION_NAMES, functionBundle } from '../../functions/build.ts';

/** The console's comparison with the first design. */
const BASELINE = ['bench/baseline/updater.ts', 'bench/baseline/broadcaster.ts'];
const OTHER_STYLES = ['../../how/how.css', '../../how/picture.css', '../../../console/page/console.css'];

/** @param out the package's folder */
export async function writeBundles(out: string): Promise<void> {
  const styles = (await readdir(join(PROGRAM, STYLES))).filter((name) => name.endsWith('.css'));
  const bundles: (readonly [entry: string, Promise<string | Buffer>])[] = [
    ['local-cloud/lambda/runtime/bootstrap.ts', runtimeSource()] as const,
    ...FUNCTION_NAMES.map((name) => [`functions/${name}/index.ts`, functionBundle(name)] as const),
    ...SCRIPTS.map((name) => [`site/${name}`, clientScript(name)] as const),
    ['console/page/client.ts', consoleScript()] as const,
    ...BASELINE.map((entry) => [entry, bundle(entry, BUNDLE)] as const),
    ...[...styles, ...OTHER_STYLES].map((name) => [posix.join(STYLES, name), styleSheet([name])] as const),
  ];
  for (const [entry, content] of bundles) {
    const file = join(out, packedFile(entry));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, await content);
  }
}
