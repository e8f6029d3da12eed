/** Markdown in text fields: links (http, https, mailto, tel), emphasis, code, lists, paragraphs. HTML is shown as text. */
import MarkdownIt from 'markdown-it';
import { Html } from './html.ts';
import { isSafeLink } from './links.ts';

const markdown = new MarkdownIt('zero').enable([
  'list',
  'autolink',
  'backticks',
  'emphasis',
  'entity',
  'escape',
  'link',
  'newline',
]);
markdown.validateLink = isSafeLink;

/** Paragraphs and lists. */
export function block(text: string): Html {
  return new Html(markdown.render(text).replaceAll('\n', ' ').trim());
}

/** One line, without a paragraph around it. */
export function inline(text: string): Html {
  return new Html(markdown.renderInline(text));
}

/** The text without marks. Each paragraph and list item becomes a line. */
export function plain(text: string): string {
  return markdown
    .parse(text, {})
    .filter((token) => token.type === 'inline')
    .map((token) =>
      (token.children ?? [])
        .map((child) => (child.type === 'softbreak' || child.type === 'hardbreak' ? ' ' : child.content))
        .join(''),
    )
    .join('\n');
}
