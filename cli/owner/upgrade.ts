/** Brings generated files to the version that is installed: those that the owner has edited are only compared. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { UserError } from '../../shared/user-error.ts';
import { PROGRAM } from '../configuration/folders.ts';
import { isOlder, readProgram } from '../configuration/version.ts';
import { writeFileWhole } from '../terminal/output-file.ts';
import { PACKAGE, readProject, sha256, writeProject, type Generated } from './project.ts';
import { generatedFiles } from './templates.ts';

export interface Upgrade {
  /** Paths, with what was done: `README.md`, `.github/workflows/plan.yml (new)`. */
  updated: string[];
  /** Edited files whose template has changed, as unified diffs from the file to the template. */
  diffs: string[];
  /** The record for package.json. */
  generated: Generated;
}

/** @throws {UserError} where `init` has not run, or a newer version has already upgraded this folder */
export async function upgrade(folder: string, say: (line: string) => void): Promise<void> {
  const project = await readProject(resolve(folder));
  const { version } = readProgram();
  const { generated } = project;
  if (!generated || resolve(folder) === PROGRAM) {
    throw new UserError(
      `${resolve(folder)} was not made by ${PACKAGE} init.`,
      `Run npx ${PACKAGE} init there: it adds what is missing and replaces nothing.`,
    );
  }
  if (isOlder(version, generated.version)) {
    throw new UserError(
      `These files are from version ${generated.version}, but version ${version} is installed.`,
      `Run npm install ${PACKAGE}@${generated.version} or newer, then npx ${PACKAGE} upgrade.`,
    );
  }
  const {
    updated,
    diffs,
    generated: next,
  } = await updateFiles(folder, generated, version, await generatedFiles(generated.workflows));
  if (await writeProject(folder, project, next)) updated.push('package.json');
  for (const diff of diffs) say(diff);
  if (diffs.length > 0)
    say(
      'You have edited the files above, so they stay as they are. Take over from the differences what you want.',
    );
  say(
    updated.length > 0 ? `Updated to ${version}: ${updated.join(', ')}.` : `Nothing to update: ${version}.`,
  );
  say('npm run deploy shows what this version changes in AWS before it changes anything.');
}

/** @param templates contents by path, as this version generates them */
export async function updateFiles(
  folder: string,
  { workflows, files }: Generated,
  version: string,
  templates: Record<string, string>,
): Promise<Upgrade> {
  const updated: string[] = [];
  const diffs: string[] = [];
  for (const [path, template] of Object.entries(templates)) {
    const file = join(folder, path);
    const current = existsSync(file) ? await readFile(file, 'utf8') : undefined;
    // A generated file that is gone was deleted by its owner.
    if (current === template || (current === undefined && files[path])) continue;
    if (current === undefined || sha256(current) === files[path]) {
      await mkdir(dirname(file), { recursive: true });
      await writeFileWhole(file, template);
      updated.push(current === undefined ? `${path} (new)` : path);
    } else if (files[path] !== sha256(template)) {
      // Shown once: the record below holds the template that the owner has seen.
      diffs.push(createTwoFilesPatch(path, path, current, template, 'yours', version).replace(/^=+\n/, ''));
    }
  }
  for (const [path, hash] of Object.entries(files)) {
    const file = join(folder, path);
    if (path in templates || !existsSync(file) || sha256(await readFile(file, 'utf8')) !== hash) continue;
    await rm(file);
    updated.push(`${path} (removed)`);
  }
  const hashes = Object.entries(templates).map(([path, text]) => [path, sha256(text)]);
  return { updated, diffs, generated: { version, workflows, files: Object.fromEntries(hashes) } };
}
