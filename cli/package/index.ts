/** Assembles the npm package: the same folders as the repository, with compiled code in lib/ and bundles/. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../../shared/user-error.ts';
import { SOURCE_FILE, sourceCode } from '../../site/how/source-code.ts';
import { PROGRAM } from '../configuration/folders.ts';
import { COPIES } from '../owner/templates.ts';
import { SCRIPTS } from '../pipeline/scripts.ts';
import { writeBundles } from './bundles.ts';
import { packageManifest, PUBLIC_MODULES } from './manifest.ts';
import { compile } from './compile.ts';

/** Copied as they are. */
const FILES = [
  ...COPIES.map((name) => `.github/workflows/${name}`),
  ...SCRIPTS.map((step) => `.github/scripts/${step}.sh`),
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'cli/configuration/schema.json',
  'cli/main.mjs',
  'contract/prices.json',
  'contract/visit-units.json',
  'local-cloud/topology.schema.json',
  'local-cloud/README.md',
];
/** Commands that only a clone has. */
const NOT_PACKED = ['bench', 'check', 'package', 'test'];
/** Terraform's files; its tests and documentation stay in the repository. */
const INFRA = /\.tf$|\.terraform\.lock\.hcl$/;

const run = promisify(execFile);

/**
 * @param folder inside this repository: it receives `package/` and the tarball
 * @returns the tarball's path
 */
export async function packPackage(folder = join(PROGRAM, 'dist')): Promise<string> {
  const out = join(folder, 'package');
  await rm(out, { recursive: true, force: true });
  const source = await sourceCode();
  const manifest = packageManifest(source);
  await write(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await write(join(out, SOURCE_FILE), JSON.stringify(source ?? null));
  for (const file of [...FILES, ...(await terraformFiles())])
    await cp(join(PROGRAM, file), join(out, file), { recursive: true });
  await Promise.all([
    compile(join(out, 'lib'), '..', NOT_PACKED),
    writeBundles(out),
    writePublicModules(out),
  ]);
  return pack(out);
}

async function write(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

async function terraformFiles(): Promise<string[]> {
  const folders = ['infra', 'infra/bootstrap'];
  const names = await Promise.all(folders.map((folder) => readdir(join(PROGRAM, folder))));
  return names.flatMap((files, i) =>
    files.filter((name) => INFRA.test(name)).map((name) => `${folders[i]}/${name}`),
  );
}

/** What others may import, one file each, with types and source maps. */
async function writePublicModules(out: string): Promise<void> {
  const project = join(out, 'tsconfig.json');
  const settings = {
    extends: relative(out, join(PROGRAM, 'tsconfig.json')),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      sourceMap: true,
      inlineSources: true,
      rewriteRelativeImportExtensions: true,
      outDir: '.',
      rootDir: PROGRAM,
    },
    files: Object.values(PUBLIC_MODULES).map((module) => join(PROGRAM, `${module}.ts`)),
    include: [],
  };
  await writeFile(project, JSON.stringify(settings));
  await run(process.execPath, [join(PROGRAM, 'node_modules/typescript/bin/tsc'), '--project', project]);
  await rm(project);
  for (const module of Object.values(PUBLIC_MODULES)) {
    const file = join(out, `${module}.js.map`);
    const map = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    // The source is inside the map. Its path in the repository would depend on where the package is built.
    await writeFile(file, JSON.stringify({ ...map, sources: [`${basename(module)}.ts`] }));
  }
}

async function pack(folder: string): Promise<string> {
  const to = dirname(folder);
  try {
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', '..'], {
      cwd: folder,
      shell: process.platform === 'win32',
    });
    const [packed] = Object.values(JSON.parse(stdout) as Record<string, { filename: string }>);
    return join(to, packed!.filename);
  } catch (error) {
    throw new UserError(
      `npm could not pack ${folder}: ${(error as Error).message}`,
      'Fix what it reports, then try again.',
      { cause: error },
    );
  }
}
