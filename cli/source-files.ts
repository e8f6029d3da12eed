import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const NOT_SOURCE = new Set(['node_modules', 'dist', '.git', '.data', '.cache', '.terraform']);

/** The project's own files whose names end so, relative to the folder npm runs scripts in, sorted. */
export function sourceFiles(ending: string, folder = '.'): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      if (entry.isDirectory())
        return NOT_SOURCE.has(entry.name) ? [] : sourceFiles(ending, join(folder, entry.name));
      return entry.name.endsWith(ending) ? [join(folder, entry.name)] : [];
    })
    .sort();
}
