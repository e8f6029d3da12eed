/** A résumé file, read: its text, its value, and where in the text each value stands. */
import { readFile } from 'node:fs/promises';
import { SiteError } from '../errors.ts';
import { parseJson } from './parse-json.ts';
import { parseYaml } from './parse-yaml.ts';
import type { Path } from './path.ts';
import type { Problem } from './problem.ts';

export interface Source {
  file: string;
  text: string;
  value: unknown;
  /** Faults of the text itself. With an error among them, `value` means nothing. */
  problems: Problem[];
  /** Offset in the text of the value (or of its key) at `path`; of what surrounds it where it is missing. */
  locate(path: Path, atKey?: boolean): number;
}

export type Parsed = Pick<Source, 'value' | 'problems' | 'locate'>;

/** Files ending in `.yaml` or `.yml` are YAML, all others JSON (comments and trailing commas allowed). */
export async function readSource(file: string): Promise<Source> {
  const text = decode(file, await readBytes(file));
  if (!text.trim()) {
    throw new SiteError(
      `${file} is empty.`,
      'Put a résumé there; https://jsonresume.org/schema shows the form.',
    );
  }
  const parsed = /\.ya?ml$/i.test(file) ? parseYaml(text) : parseJson(text);
  return { file, text, ...parsed };
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new SiteError(`There is no ${file}.`, 'Name your résumé with --resume FILE.');
    if (code === 'EISDIR') throw new SiteError(`${file} is a folder.`, 'Name the file in it: --resume FILE.');
    throw new SiteError(`${file} cannot be read (${code}).`, 'Check its permissions.');
  }
}

function decode(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new SiteError(`${file} is not UTF-8 text.`, 'Save it as UTF-8 in your editor.');
  }
}
