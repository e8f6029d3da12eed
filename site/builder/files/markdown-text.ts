/** resume.md: the résumé as Markdown, for repositories, wikis and language models. */
import type { Settings } from '../../resume/settings.ts';
import type { Basics, Resume } from '../../resume/types.ts';
import { contacts, outline, type Entry } from './outline.ts';

export function markdownText(resume: Resume, settings: Settings): string {
  const { sections, comma } = outline(resume, settings);
  const blocks = header(resume.basics ?? {}, settings.language, comma);
  for (const { heading, entries } of sections) {
    blocks.push(`## ${escape(heading)}`, ...entries.flatMap((entry) => entryBlocks(entry, comma)));
  }
  return `${blocks.filter(Boolean).join('\n\n')}\n`;
}

function header(basics: Basics, language: string, comma: string): string[] {
  const { name = '', label, summary } = basics;
  const contact = contacts(basics, language, comma).map(
    ({ words, link }) => `- ${[...words.map(escape), ...(link ? [`<${link.text}>`] : [])].join(' ')}`,
  );
  return [
    `# ${escape(name)}`,
    label ? `**${escape(label)}**` : '',
    contact.join('\n'),
    summary?.trim() ?? '',
  ];
}

function entryBlocks({ title, details, url, text, bullets, keywords }: Entry, comma: string): string[] {
  return [
    title && `### ${escape(title)}`,
    details.length ? escape(details.join(' · ')) : '',
    url ? `<${url}>` : '',
    text?.trim() ?? '',
    bullets.map((bullet) => `- ${bullet.trim().replaceAll('\n', '\n  ')}`).join('\n'),
    escape(keywords.join(comma)),
  ];
}

/** Plain text that Markdown shows as it is. */
function escape(text: string): string {
  return text.replace(/[\\`*_[\]<>]/g, '\\$&').replace(/\s*\n\s*/g, ' ');
}
