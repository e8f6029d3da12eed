/**
 * The Markdown that text fields may carry: links, emphasis, code, lists and paragraphs. HTML in it is shown as text, and
 * links lead to http, https, mailto and tel only.
 */
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

/** What a reader sees, without the marks. Paragraphs and list items become lines. */
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
