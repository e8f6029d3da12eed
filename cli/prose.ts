/** Finds words from prose-words.txt in the project's text files. */
import { readFileSync } from 'node:fs';
import { sourceFiles } from './source-files.ts';

const WORDS = 'cli/prose-words.txt';
const ENDINGS = ['.ts', '.mjs', '.md', '.tf', '.hcl', '.yml', '.sh', '.css'];
/** History, sample texts, and this check's own test. */
const EXEMPT = /(^|\/)fixtures\/|^CHANGELOG\.md$|^cli\/prose\.test\.ts$/;

interface Rule {
  pattern: RegExp;
  instead: string;
}

/** @returns one line per finding: `file:line: "word". Write …` */
export function findProse(): string[] {
  const rules = readRules(readFileSync(WORDS, 'utf8'));
  return ENDINGS.flatMap((ending) => sourceFiles(ending))
    .filter((file) => !EXEMPT.test(file))
    .flatMap((file) => findIn(readFileSync(file, 'utf8'), rules).map((finding) => `${file}:${finding}`));
}

export function readRules(list: string): Rule[] {
  return list
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [words, instead] = line.split(': ') as [string, string];
      // Between two words of a comment there may be a line break with the next line's ` * ` or `# `.
      const alternatives = words
        .split(', ')
        .map((word) => word.replaceAll(' ', '(?: |\\s*\\n\\s*[*#/]*\\s*)'));
      return { pattern: new RegExp(`\\b(?:${alternatives.join('|')})\\b`, 'gi'), instead };
    });
}

export function findIn(text: string, rules: Rule[]): string[] {
  return rules
    .flatMap(({ pattern, instead }) =>
      [...text.matchAll(pattern)].map((match) => ({
        line: text.slice(0, match.index).split('\n').length,
        message: `"${match[0].replaceAll(/\s*\n[\s*#/]*/g, ' ')}". Write: ${instead}`,
      })),
    )
    .sort((a, b) => a.line - b.line)
    .map(({ line, message }) => `${line}: ${message}`);
}
