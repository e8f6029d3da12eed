/** The project's own Markdown. */
import { readFileSync } from 'node:fs';
import { sourceFiles } from '../../cli/source-files.ts';

export interface Page {
  /** Relative to the project: `docs/architecture.md`. */
  path: string;
  text: string;
  /** As GitHub's anchors: `what-is-not`. */
  headings: string[];
}

export function readPages(): Page[] {
  return sourceFiles('.md').map((path) => {
    const text = readFileSync(path, 'utf8');
    return { path, text, headings: headingsOf(text) };
  });
}

function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
