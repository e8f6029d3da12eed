/** Reads a JSON or YAML file: text, value, and the position of each value in the text. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from './user-error.ts';
import { parseJson } from './parse-json.ts';
import { parseYaml } from './parse-yaml.ts';
import type { Parsed } from './problem.ts';

export interface Source extends Parsed {
  file: string;
  text: string;
}

/** The parsers and every later check are recursive. */
const MAX_DEPTH = 100;

/** `.yaml` and `.yml` are YAML; everything else is JSON, with comments and trailing commas allowed. */
export async function readSource(file: string): Promise<Source> {
  const text = decode(file, await readBytes(file));
  if (!text.trim()) {
    throw new UserError(
      `${file} is empty.`,
      'Write your résumé in it; https://jsonresume.org/schema describes the format.',
    );
  }
  const parsed = parse(file, text);
  return { file, text, ...parsed };
}

function parse(file: string, text: string): Parsed {
  const tooDeep = new UserError(
    `${file} is nested more than ${MAX_DEPTH} levels deep.`,
    'A résumé needs about five. Look for repeated brackets or YAML aliases that contain each other.',
  );
  try {
    const parsed = /\.ya?ml$/i.test(file) ? parseYaml(text) : parseJson(text);
    if (isDeeper(parsed.value, MAX_DEPTH)) throw tooDeep;
    return parsed;
  } catch (error) {
    // RangeError: the stack is full. ReferenceError: YAML aliases expand to more than fits into memory.
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
        `${file} does not exist.`,
        `Looked for ${resolve(file)}. Pass the path of your résumé.`,
      );
    if (code === 'EISDIR') throw new UserError(`${file} is a folder.`, 'Pass the path of a file in it.');
    throw new UserError(`${file} cannot be read (${code}).`, 'Check its permissions.');
  }
}

function decode(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${file} is not UTF-8 text.`, 'Save it as UTF-8.');
  }
}
