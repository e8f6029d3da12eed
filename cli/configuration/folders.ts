/** The folders that every path starts from. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where this program's code lives: a clone of the repository, or an installed npm package. Nothing is written here. */
export const PROGRAM = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** npm leaves the lock file out of a package. */
export const IS_PACKAGE = !existsSync(join(PROGRAM, 'package-lock.json'));

/** Names another owner's folder. */
export const FOLDER_VARIABLE = 'CLOUD_RESUME_FOLDER';

/** Where the owner's files are: resume.json, cloud-resume.json, and what is made from them in .data, dist and .cache. */
export const OWNER = resolve(process.env[FOLDER_VARIABLE] || (IS_PACKAGE ? '.' : PROGRAM));

export const RESUME_NAMES = ['resume.json', 'resume.yaml', 'resume.yml'] as const;

/** The résumé in an owner's folder: the first of {@link RESUME_NAMES} that exists, otherwise where it should be. */
export function resumeIn(folder: string): string {
  const name = RESUME_NAMES.find((candidate) => existsSync(join(folder, candidate)));
  return join(folder, name ?? RESUME_NAMES[0]);
}

/** Where Terraform runs. It writes there, so a package's infra/ is copied into the owner's folder. */
export const INFRA = IS_PACKAGE ? join(OWNER, '.cache', 'program', 'infra') : join(PROGRAM, 'infra');
