/** A résumé file, read: its text, its value, and where in the text each value stands. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from './user-error.ts';
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

/** What reads the value later calls itself for each level, too. */
const MAXIMUM_DEPTH = 100;

export type Parsed = Pick<Source, 'value' | 'problems' | 'locate'>;

/** Files ending in `.yaml` or `.yml` are YAML, all others JSON (comments and trailing commas allowed). */
export async function readSource(file: string): Promise<Source> {
  const text = decode(file, await readBytes(file));
  if (!text.trim()) {
    throw new UserError(
      `${file} is empty.`,
      'Put a résumé there; https://jsonresume.org/schema shows the form.',
    );
  }
  const parsed = parse(file, text);
  return { file, text, ...parsed };
}

function parse(file: string, text: string): Parsed {
  const tooDeep = new UserError(
    `${file} is nested too deeply to be read.`,
    'A résumé is about five levels deep; look for brackets or aliases that repeat.',
  );
  try {
    const parsed = /\.ya?ml$/i.test(file) ? parseYaml(text) : parseJson(text);
    if (isDeeper(parsed.value, MAXIMUM_DEPTH)) throw tooDeep;
    return parsed;
  } catch (error) {
    // Both parsers call themselves for what is inside, and YAML's aliases can stand for more than fits into memory.
    throw error instanceof RangeError || error instanceof ReferenceError ? tooDeep : error;
  }
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => isDeeper(inner, depth - 1));
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new UserError(
        `There is no ${file}.`,
        `Looked for ${resolve(file)}. Give the path of your résumé.`,
      );
    if (code === 'EISDIR') throw new UserError(`${file} is a folder.`, 'Give the path of the file in it.');
    throw new UserError(`${file} cannot be read (${code}).`, 'Check its permissions.');
  }
}

function decode(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${file} is not UTF-8 text.`, 'Save it as UTF-8 in your editor.');
  }
}
