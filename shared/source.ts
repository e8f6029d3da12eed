/** Reads a JSON or YAML file: text, value, and the position of each value in the text. */
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { UserError } from './user-error.ts';
import { parseJson } from './parse-json.ts';
import { parseYaml } from './parse-yaml.ts';
import { printable } from './printable.ts';
import type { Parsed, Problem } from './problem.ts';

export interface Source extends Parsed {
  file: string;
  text: string;
  syntax: 'json' | 'yaml';
}

export interface ReadOptions {
  /** Throws if the file is of another kind altogether, which would only give a syntax error. */
  refuse?: (bytes: Buffer, file: string) => void;
  /** The syntax has to be that of the file's name, without anything to tolerate. */
  strict?: boolean;
}

/** Bytes. A long résumé has 100,000. */
export const MAX_SIZE = 5_000_000;
/** The parsers and every later check are recursive. */
const MAX_DEPTH = 100;

/** `.yaml` and `.yml` are YAML; everything else is JSON, with comments and trailing commas allowed. */
export async function readSource(
  file: string,
  { refuse, strict = false }: ReadOptions = {},
): Promise<Source> {
  const bytes = await readBytes(file);
  refuse?.(bytes, file);
  const { text, problems } = decode(file, bytes, strict);
  if (!text.trim()) {
    throw new UserError(
      `${file} is empty.`,
      'Write your résumé in it; https://jsonresume.org/schema describes the format.',
    );
  }
  const parsed = parse(file, text, strict);
  return { file, text, ...parsed, problems: [...problems, ...parsed.problems] };
}

function parse(file: string, text: string, strict: boolean): Omit<Source, 'file' | 'text'> {
  const tooDeep = new UserError(
    `${file} is nested more than ${MAX_DEPTH} levels deep.`,
    'A résumé needs about five. Look for repeated brackets or YAML aliases that contain each other.',
  );
  try {
    const parsed = parseEither(/\.ya?ml$/i.test(file) ? 'yaml' : 'json', text, strict);
    if (isDeeper(parsed.value, MAX_DEPTH)) throw tooDeep;
    return parsed;
  } catch (error) {
    // RangeError: the stack is full. ReferenceError: YAML aliases expand to more than fits into memory.
    throw error instanceof RangeError || error instanceof ReferenceError ? tooDeep : error;
  }
}

const PARSERS = { json: parseJson, yaml: parseYaml };

/**
 * A file that its own parser rejects gets a second chance: YAML allows unquoted keys and single quotes, and a file named
 * `.yaml` may hold JSON.
 */
function parseEither(own: 'json' | 'yaml', text: string, strict: boolean): Omit<Source, 'file' | 'text'> {
  const parsed = PARSERS[own](text);
  const first = parsed.problems.find(({ tolerated }) => tolerated === undefined);
  if (!first && own === 'json' && !strict) parsed.problems.push(...extraSyntax(text));
  if (!first || strict) return { ...parsed, syntax: own };
  if (own === 'json') {
    const repaired = parseJson(withSpaces(text));
    if (repaired.value !== undefined) {
      const note: Problem = {
        severity: 'note',
        message: 'a string contains line breaks or tabs, which JSON does not allow; they are read as spaces',
        ...(first.offset !== undefined && { offset: first.offset }),
        grouped: true,
      };
      return { ...repaired, problems: [note, ...repaired.problems], syntax: own };
    }
  }
  const other = own === 'json' ? 'yaml' : 'json';
  const second = PARSERS[other](text);
  if (typeof second.value !== 'object' || second.value === null) return { ...parsed, syntax: own };
  const note: Problem = {
    severity: 'note',
    message:
      own === 'json'
        ? `${first.message}; it is read as YAML, which allows this`
        : 'the file is JSON in spite of its name',
    grouped: true,
    ...(first.offset !== undefined && { offset: first.offset }),
  };
  return { ...second, problems: [note, ...second.problems], syntax: own };
}

/** Replaces control characters inside texts by spaces, one by one: positions stay the same. */
function withSpaces(text: string): string {
  return text.replace(/\/\/.*|\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\[\s\S])*"/g, (token) =>
    token.startsWith('"') ? printable(token) : token,
  );
}

/** Comments and trailing commas are fine here, but other programs reject them. */
function extraSyntax(text: string): Problem[] {
  try {
    JSON.parse(text);
    return [];
  } catch {
    return [
      {
        severity: 'note',
        message: 'comments and trailing commas are ignored; plain JSON has neither',
        offset: 0,
        grouped: true,
      },
    ];
  }
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => isDeeper(inner, depth - 1));
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    const info = await stat(file);
    if (info.size > MAX_SIZE) {
      throw new UserError(
        `${file} has ${Math.ceil(info.size / 1e6)} MB; the limit is ${MAX_SIZE / 1e6} MB.`,
        'Keep photos in files of their own and write their names in basics.image.',
      );
    }
    if (!info.isFile() && !info.isDirectory())
      throw new UserError(`${file} is not a regular file.`, 'Pass the path of a file.');
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof UserError) throw error;
    if (code === 'ENOENT')
      throw new UserError(
        `${file} does not exist.`,
        `${isAbsolute(file) ? '' : `Looked for ${resolve(file)}. `}Pass the path of your résumé, or make one: npm run init`,
      );
    if (code === 'EISDIR') throw new UserError(`${file} is a folder.`, 'Pass the path of a file in it.');
    throw new UserError(`${file} cannot be read (${code}).`, 'Check its permissions.');
  }
}

/** UTF-8; unless strict, UTF-16 with a byte order mark (Windows PowerShell) and Windows-1252 too. */
function decode(file: string, bytes: Buffer, strict: boolean): { text: string; problems: Problem[] } {
  const note = (message: string): Problem[] => [{ severity: 'note', message, offset: 0, grouped: true }];
  const [first, second] = bytes;
  const utf16 =
    first === 0xff && second === 0xfe
      ? 'utf-16le'
      : first === 0xfe && second === 0xff
        ? 'utf-16be'
        : undefined;
  if (utf16 && !strict && bytes.length % 2 === 0)
    return {
      text: new TextDecoder(utf16).decode(bytes),
      problems: note('the file is UTF-16; UTF-8 is usual'),
    };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return {
      text,
      problems: first === 0xef && second === 0xbb ? note('the byte order mark is ignored') : [],
    };
  } catch {
    if (strict || bytes.includes(0)) throw new UserError(`${file} is not UTF-8 text.`, 'Save it as UTF-8.');
    return {
      text: new TextDecoder('windows-1252').decode(bytes),
      problems: note('the file is not UTF-8; it is read as Windows-1252'),
    };
  }
}
