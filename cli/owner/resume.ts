/** The résumé of a new owner: from a file, or from five answers. */
import { existsSync, lstatSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { isObject } from '../../shared/path.ts';
import { readSource } from '../../shared/source.ts';
import { convert } from '../../site/convert/index.ts';
import { languageFiles } from '../../site/resume/editions.ts';
import { loadResume } from '../../site/resume/index.ts';
import { findPhoto } from '../../site/resume/photo/find.ts';
import { ask, type Terminal } from '../terminal/ask.ts';
import { isTaken } from '../terminal/output-file.ts';

export interface NewResume {
  /** Of resume.json. */
  text: string;
  /** Files that belong to it: its photo and other languages. Paths by name in the owner's folder. */
  others: Record<string, string>;
  warnings: string;
}

/** Its bytes are checked as well, but a workflow or an `.npmrc` can be written to look like an image. */
const PHOTO = /^(?!data:).*\.(jpe?g|png|webp|gif|svg)$/i;

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/**
 * @param file JSON Resume (JSON or YAML), LinkedIn's data archive, or Reactive Resume's export
 * @throws {UserError} where it is something else, or no site can be built from it
 */
export async function readResume(file: string): Promise<NewResume> {
  const isForeign = /\.zip$/i.test(file) || isReactiveResume((await readSource(file)).value);
  if (isForeign) {
    const { resume, warnings } = await convert(file);
    return { text: json(resume), others: {}, warnings };
  }
  const { warnings, resume } = await loadResume(file);
  const { text, value, syntax } = await readSource(file);
  const photo = resume.basics?.image ?? '';
  const photoFile = resolve(dirname(file), photo);
  // A symbolic link could name any file of this machine, and the copy is meant to be published.
  const languages = (await languageFiles(file)).filter((language) => lstatSync(language.file).isFile());
  const others = languages.map((language) => [
    `resume.${language.tag}${extname(language.file)}`,
    language.file,
  ]);
  if (PHOTO.test(photo) && existsSync(photoFile) && 'bytes' in (await findPhoto(photo, file)))
    others.push([relative(dirname(resolve(file)), photoFile), photoFile]);
  return {
    // The text keeps comments and the owner's formatting.
    text: syntax === 'json' ? text : json(value),
    others: Object.fromEntries(others.filter(([name]) => !name!.startsWith('..'))) as Record<string, string>,
    warnings,
  };
}

function isReactiveResume(value: unknown): boolean {
  return isObject(value) && isObject(value['sections']) && isObject(value['basics']);
}

/** Copies the files that belong to a résumé, except those that exist. @returns the names of the copies */
export async function copyOthers({ others }: NewResume, folder: string): Promise<string[]> {
  const missing = Object.entries(others).filter(([name]) => !isTaken(join(folder, name)));
  for (const [name, source] of missing) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await copyFile(source, join(folder, name));
  }
  return missing.map(([name]) => name);
}

export async function askForResume(terminal?: Terminal): Promise<NewResume> {
  const name = await ask('Your name', terminal);
  const label = await ask('What you do, in a few words', terminal);
  const email = await ask('E-mail to publish (Enter for none)', terminal);
  const city = await ask('City (Enter for none)', terminal);
  const summary = await ask('About you, in a sentence or two', terminal);
  return newResume({ name, label, email, city, summary });
}

export function newResume({ name = '', label = '', email = '', city = '', summary = '' }): NewResume {
  const basics = {
    name: name || 'Your Name',
    ...(label && { label }),
    ...(email && { email }),
    ...(summary && { summary }),
    ...(city && { location: { city } }),
  };
  return { text: json({ basics, work: [], education: [], skills: [] }), others: {}, warnings: '' };
}
