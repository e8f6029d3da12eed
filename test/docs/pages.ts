/** The project's own Markdown. */
import { readFileSync } from 'node:fs';
import { sourceFiles } from '../../cli/source-files.ts';

export interface Page {
  /** From the project's root: `docs/architecture.md`. */
  path: string;
  text: string;
  /** As GitHub makes them into anchors: `what-is-not`. */
  headings: string[];
  /** Lines of code blocks, fenced or indented, without comments. */
  code: { line: number; text: string }[];
}

/** Languages of fences that hold commands. */
const SHELL = ['', 'sh', 'bash', 'shell', 'console'];

export function readPages(): Page[] {
  return sourceFiles('.md').map((path) => {
    const text = readFileSync(path, 'utf8');
    return { path, text, headings: headingsOf(text), code: codeOf(text) };
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

function codeOf(text: string): Page['code'] {
  const code: Page['code'] = [];
  let fence: string | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const mark = /^```(\w*)/.exec(line);
    if (mark) fence = fence === undefined ? mark[1]! : undefined;
    else if (fence === undefined ? line.startsWith('    ') : SHELL.includes(fence)) {
      const command = line.replace(/\s+#.*$/, '').trim();
      if (command) code.push({ line: index + 1, text: command });
    }
  }
  return code;
}
