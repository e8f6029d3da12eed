/** This version of Cloud Resume, and which of two versions comes first. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAM } from './folders.ts';

/** From the package.json of Cloud Resume itself. */
export function readProgram(): { version: string; engines: { node: string } } {
  return JSON.parse(readFileSync(join(PROGRAM, 'package.json'), 'utf8')) as ReturnType<typeof readProgram>;
}

/** @returns whether a version comes before another: `1.2.3`, with or without a suffix, which is ignored */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split(/[.+-]/).slice(0, 3).map(Number)) as [
    number[],
    number[],
  ];
  const index = a.findIndex((number, place) => number !== b[place]);
  return index !== -1 && a[index]! < b[index]!;
}
