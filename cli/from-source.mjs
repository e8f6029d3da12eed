/** Loads the program in a clone. */
import { readFileSync, statSync } from 'node:fs';

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
  const { compileStart } = await import('./local/compile-start.ts');
  return import((await compileStart(findCompiled)) || './program.ts');
}

/** @returns its URL; undefined if it is missing or older than its sources */
function findCompiled() {
  try {
    const { program, inputs } = JSON.parse(readFileSync(new URL('inputs.json', CACHE), 'utf8'));
    const isUnchanged = Object.entries(inputs).every(
      ([file, time]) => statSync(new URL(`../${file}`, import.meta.url)).mtimeMs === time,
    );
    return isUnchanged ? new URL(program, CACHE).href : undefined;
  } catch {
    return undefined;
  }
}
