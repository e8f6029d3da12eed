/** Markdown in text fields: links (http, https, mailto, tel), emphasis, code, lists, paragraphs. HTML is shown as text. */
import MarkdownIt, { type Token } from 'markdown-it';
import { Html } from './html.ts';
import { isSafeLink } from './links.ts';
import { address } from './text.ts';

const markdown = new MarkdownIt('zero', { linkify: true }).enable([
  'list',
  'autolink',
  'backticks',
  'emphasis',
  'entity',
  'escape',
  'link',
  'linkify',
  'newline',
]);
markdown.validateLink = isSafeLink;
// Without a scheme only e-mail addresses and `www.` are links: "ASP.NET" and "Socket.io" are hosts too.
markdown.linkify.set({ fuzzyLink: false });
markdown.linkify.add('www.', {
  validate(text, position) {
    const [host = ''] = /^[\w-]+(\.[\w-]+)+(\/[^\s<>"()]*[\w/])?/.exec(text.slice(position)) ?? [];
    return host.length;
  },
  normalize(match) {
    match.url = `https://${match.url}`;
  },
});

const opensAutoLink = (token?: Token) => token?.type === 'link_open' && token.info === 'auto';
markdown.renderer.rules.link_open = (tokens, index, options, _env, renderer) => {
  // Marks links that show their URL: print.css adds the URL to all others.
  if (opensAutoLink(tokens[index])) tokens[index]!.attrSet('class', 'url');
  return renderer.renderToken(tokens, index, options);
};
const { text: plainText } = markdown.renderer.rules;
markdown.renderer.rules.text = (tokens, index, ...rest) =>
  opensAutoLink(tokens[index - 1])
    ? address(tokens[index]!.content).text
    : plainText!(tokens, index, ...rest);

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
        .map((child) =>
          child.type === 'softbreak' ? ' ' : child.type === 'hardbreak' ? '\n' : child.content,
        )
        .join(''),
    )
    .join('\n');
}
