/** resume.md: the résumé as Markdown, for repositories, wikis and language models. */
import type { Settings } from '../../resume/settings.ts';
import type { Basics, Resume } from '../../resume/types.ts';
import { networkName } from '../../theme/profiles.ts';
import { outline, place, type Entry } from './outline.ts';

export function markdownText(resume: Resume, settings: Settings): string {
  const { sections, comma } = outline(resume, settings);
  const blocks = header(resume.basics ?? {}, settings.language, comma);
  for (const { heading, entries } of sections) {
    blocks.push(`## ${escape(heading)}`, ...entries.flatMap((entry) => entryBlocks(entry, comma)));
  }
  return `${blocks.filter(Boolean).join('\n\n')}\n`;
}

function header(basics: Basics, language: string, comma: string): string[] {
  const { name = '', label, email, phone, url, summary, profiles } = basics;
  const contact = [
    email && `<${email}>`,
    phone && escape(phone),
    escape(place(basics, language, comma)),
    url && `<${url}>`,
    ...(profiles ?? []).map((profile) =>
      [
        ...[networkName(profile), profile.username].filter(Boolean).map((text) => escape(text!)),
        profile.url && `<${profile.url}>`,
      ]
        .filter(Boolean)
        .join(' '),
    ),
  ];
  return [
    `# ${escape(name)}`,
    label ? `**${escape(label)}**` : '',
    contact
      .filter(Boolean)
      .map((item) => `- ${item}`)
      .join('\n'),
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
