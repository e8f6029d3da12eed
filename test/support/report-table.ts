/** Tables in docs/ that the tests write themselves: every run prints its rows, and a run with the table's variable set writes them. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'node:test';
import { withLock } from '../../shared/lock.ts';

export interface ReportTable {
  /** File in docs/. */
  document: string;
  /** The comment `<!-- end of NAME -->` marks the table's end. */
  name: string;
  /** Environment variable that must be 1 for the rows to be written. */
  variable: string;
}

/** Prints a row. Its first cell identifies it: a written row replaces the old one. */
export async function reportRow(
  t: TestContext,
  { document, name, variable }: ReportTable,
  [key, ...cells]: readonly [string, ...(string | number)[]],
): Promise<void> {
  const line = `| ${[key, ...cells].join(' | ')} |`;
  t.diagnostic(line);
  if (process.env[variable] !== '1') return;
  const path = fileURLToPath(new URL(`../../docs/${document}`, import.meta.url));
  const lock = fileURLToPath(new URL(`../../.cache/${document}.lock`, import.meta.url));
  await withLock(lock, async () => {
    const text = await readFile(path, 'utf8');
    await writeFile(path, withRow(text, { table: name, key, line }));
  });
}

/** The document with this line instead of the one with the same key, or at the table's end. */
export function withRow(
  document: string,
  { table, key, line }: { table: string; key: string; line: string },
): string {
  const lines = document.split('\n');
  const old = lines.findIndex((text) => text.startsWith(`| ${key} |`));
  const end = lines.indexOf(`<!-- end of ${table} -->`);
  if (end < 0) throw new Error(`The document has no line "<!-- end of ${table} -->".`);
  if (old >= 0) lines[old] = line;
  else lines.splice(end, 0, line);
  return lines.join('\n');
}
