/** The owner's package.json: scripts, the dependency, and a record of the files that `init` and `upgrade` generated. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../shared/user-error.ts';
import { readProgram } from '../configuration/version.ts';
import { writeFileWhole } from '../terminal/output-file.ts';

export const PACKAGE = 'cloud-resume';

/** `shared`: reusable workflows of Cloud Resume's repository. `own`: complete copies of them. */
export const WORKFLOWS = ['shared', 'own', 'none'] as const;
export type Workflows = (typeof WORKFLOWS)[number];

/** The field `cloud-resume` of the owner's package.json. */
export interface Generated {
  /** Of Cloud Resume, when the files were last brought up to date. */
  version: string;
  workflows: Workflows;
  /** SHA-256 (hexadecimal) of each file as generated, by path. A file with another hash has been edited. */
  files: Record<string, string>;
}

type Manifest = Record<string, unknown> & {
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
};

export interface Project {
  manifest: Manifest;
  /** As it is on disk; undefined if there is no package.json. */
  text: string | undefined;
  generated: Generated | undefined;
}

/** @throws {UserError} where package.json is not JSON or cannot be read */
export async function readProject(folder: string): Promise<Project> {
  const file = join(folder, 'package.json');
  let text;
  try {
    text = await readFile(file, 'utf8');
    const manifest = JSON.parse(text) as Manifest;
    return { manifest, text, generated: manifest[PACKAGE] as Generated | undefined };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return { manifest: {}, text: undefined, generated: undefined };
    throw new UserError(
      `${file} cannot be read: ${(error as Error).message}`,
      'Fix it, or move it away and run this again.',
    );
  }
}

/** Commands that become scripts: all but `init`, which has run, and those that need a clone. */
export const SCRIPTS = [
  'start',
  'dev',
  'demo',
  'validate',
  'convert',
  'build',
  'deploy',
  'rollback',
  'doctor',
  'link',
  'stats',
  'logs',
  'export',
  'import',
  'upgrade',
  'bootstrap',
  'pipeline',
  'destroy',
  'cloud',
];

/** @returns whether the file differed */
export async function writeProject(
  folder: string,
  { manifest, text }: Project,
  generated: Generated,
): Promise<boolean> {
  const { version, engines } = readProgram();
  const hasDependency = manifest.dependencies?.[PACKAGE] ?? manifest.devDependencies?.[PACKAGE];
  const complete = {
    name: packageName(folder),
    private: true,
    type: 'module',
    ...manifest,
    // What the owner has written wins.
    scripts: {
      ...Object.fromEntries(SCRIPTS.map((name) => [name, `${PACKAGE} ${name}`])),
      ...manifest.scripts,
    },
    dependencies: { ...manifest.dependencies, ...(!hasDependency && { [PACKAGE]: `^${version}` }) },
    engines: manifest['engines'] ?? engines,
    [PACKAGE]: generated,
  };
  const indent = /^([ \t]+)"/m.exec(text ?? '')?.[1] ?? 2;
  const updated = `${JSON.stringify(complete, null, indent)}\n`;
  if (updated === text) return false;
  await writeFileWhole(join(folder, 'package.json'), updated);
  return true;
}

/** The folder's name as npm and AWS accept it: `Ada's Résumé` becomes `ada-s-resume`. */
export function packageName(folder: string): string {
  const name = (folder.split(/[\\/]/).findLast(Boolean) ?? '')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 24)
    .replace(/-+$/, '');
  return name.length >= 2 && name !== PACKAGE ? name : 'my-resume';
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
