/** Compiles the commands: one file for each, and shared parts between them. */
import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { BUNDLE } from '../../functions/build.ts';
import { PROGRAM } from '../configuration/folders.ts';
import { RUNTIME_DEPENDENCIES } from './manifest.ts';

/**
 * @param folder of the compiled code
 * @param up path from there to the folder that holds the sources' other files
 * @param without commands that are left out
 */
export async function compile(folder: string, up: string, without: string[]): Promise<Metafile> {
  const { metafile } = await build({
    ...BUNDLE,
    format: 'esm',
    entryPoints: [join(PROGRAM, 'cli/program.ts')],
    absWorkingDir: PROGRAM,
    outdir: folder,
    metafile: true,
    splitting: true,
    // Names in stack traces stay readable.
    minify: false,
    minifyWhitespace: true,
    minifySyntax: true,
    external: [
      ...RUNTIME_DEPENDENCIES.flatMap((name) => [name, `${name}/*`]),
      'esbuild',
      ...without.map((name) => `./commands/${name}.ts`),
    ],
    // Some dependencies call require() for Node's modules.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    plugins: [keepUrls(up)],
    logLevel: 'warning',
  });
  return metafile;
}

/** Lets `import.meta.url` name the place of the source, where its files are, not the place of the compiled code. */
function keepUrls(up: string): Plugin {
  return {
    name: 'keep-urls',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const place = `${up}/${relative(PROGRAM, path).split(sep).join('/')}`;
        if (place.includes('node_modules')) return undefined;
        const source = await readFile(path, 'utf8');
        const url = `new URL('${place}', import.meta.url).href`;
        return { contents: source.replaceAll('import.meta.url', url), loader: 'ts' };
      });
    },
  };
}
