import type { Settings } from '../../resume/settings.ts';
import type { Basics, Resume } from '../../resume/types.ts';
import { plain } from '../../theme/markdown.ts';
import { contacts, outline, type Entry } from './outline.ts';

/** The résumé as plain text, for forms and résumé parsers. */
export function plainText(resume: Resume, settings: Settings): string {
  const { sections, comma } = outline(resume, settings);
  const parts = [header(resume.basics ?? {}, settings.language, comma)];
  for (const { heading, entries } of sections) {
    const texts = entries.map((entry) => entryText(entry, comma));
    // Entries of one line each need no blank line between them.
    const separator = texts.every((text) => !text.includes('\n')) ? '\n' : '\n\n';
    parts.push(`${heading.toLocaleUpperCase(settings.language)}\n\n${texts.join(separator)}`);
  }
  return `${parts.join('\n\n\n')}\n`;
}

function header(basics: Basics, language: string, comma: string): string {
  const { name, label, summary } = basics;
  return lines(
    name,
    label,
    '',
    ...contacts(basics, language, comma).map(({ words, link }) =>
      [...words, ...(link ? [link.text] : [])].join(' · '),
    ),
    summary && `\n${wrap(plain(summary))}`,
  );
}

function entryText({ title, details, url, text, bullets, keywords }: Entry, comma: string): string {
  return lines(
    title,
    details.join(' · '),
    url,
    text && wrap(plain(text)),
    ...bullets.map((bullet) => wrap(plain(bullet), '- ')),
    keywords.join(comma),
  );
}

/** Leaves out what is missing; an empty line stays. */
function lines(...parts: (string | undefined)[]): string {
  return parts.filter((part, index) => part || (part === '' && index === 2)).join('\n');
}

const WIDTH = 78;

/** Breaks at spaces; later lines stand under the first. */
function wrap(text: string, prefix = ''): string {
  const indent = ' '.repeat(prefix.length);
  return text
    .split('\n')
    .map((paragraph) => {
      const rows = [''];
      for (const word of paragraph.split(' ')) {
        const row = rows.at(-1)!;
        if (row && row.length + 1 + word.length > WIDTH - prefix.length) rows.push(word);
        else rows[rows.length - 1] = row ? `${row} ${word}` : word;
      }
      return rows.map((row, index) => (index ? indent : prefix) + row).join('\n');
    })
    .join('\n');
}
