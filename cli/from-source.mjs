/** Loads the program in a clone. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const CACHE = new URL('../.cache/program/', import.meta.url);

/**
 * `start` runs compiled, and is compiled when one of its sources has changed: loading them one by one takes longer than everything else
 * that it does.
 */
export async function loadProgram(command) {
  const compiled = command === 'start' && findCompiled();
  if (compiled) return import(compiled);
  const { register } = await import('tsx/esm/api');
  register();
  if (command !== 'start') return import('./program.ts');
  const { compileStart } = await import('./compile-start.ts');
  return import((await compileStart(findCompiled)) || './program.ts');
}

/** @returns its URL; undefined if it is missing or its sources have changed. Times are not enough: some file systems count seconds. */
function findCompiled() {
  try {
    const { program, inputs } = JSON.parse(readFileSync(new URL('inputs.json', CACHE), 'utf8'));
    const hash = createHash('sha256');
    for (const file of inputs.files) hash.update(readFileSync(new URL(`../${file}`, import.meta.url)));
    return hash.digest('hex') === inputs.sha256 ? new URL(program, CACHE).href : undefined;
  } catch {
    return undefined;
  }
}
