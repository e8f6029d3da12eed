/** Turns harmless HTML in text into the Markdown that the page, the text file and the PDF understand. */
import { parseFragment, serializeOuter, type DefaultTreeAdapterTypes as Tree } from 'parse5';
import { isSafeLink } from '../../theme/links.ts';

const HARMLESS = /<\/?(?:strong|b|em|i|a|br|ul|ol|li|p)(?:\s[^<>]*)?\/?>/i;
const OTHER =
  /<\/?(?:script|style|iframe|object|embed|img|svg|video|audio|form|input|button|div|span|table|t[rdh]|h[1-6]|font|u|sup|sub|code|pre|blockquote|hr|center|section)(?:\s[^<>]*)?\/?>/i;

export interface ReadHtml {
  text: string;
  /** Some HTML became Markdown. */
  converted: boolean;
  /** Some HTML is not supported and shows as it is written. */
  escaped: boolean;
}

export function readHtml(written: string): ReadHtml {
  const escaped = OTHER.test(written);
  if (!HARMLESS.test(written)) return { text: written, converted: false, escaped };
  const text = childrenText(parseFragment(written), '')
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return { text, converted: true, escaped };
}

function childrenText(node: Tree.ParentNode, list: string): string {
  return node.childNodes.map((child) => nodeText(child, list)).join('');
}

function nodeText(node: Tree.ChildNode, list: string): string {
  // A backslash keeps `&lt;b&gt;` from becoming a tag when the published file is read again.
  if ('value' in node) return node.value.replace(/<(?=[a-z/!])/gi, '\\<');
  if (!('tagName' in node)) return '';
  const inner = () => childrenText(node, list);
  switch (node.tagName) {
    case 'strong':
    case 'b':
      return wrap('**', inner());
    case 'em':
    case 'i':
      return wrap('*', inner());
    case 'br':
      return '\n';
    case 'p':
      return `\n\n${inner().trim()}\n\n`;
    case 'ul':
    case 'ol':
      return `\n\n${childrenText(node, node.tagName === 'ol' ? '1. ' : '- ').trim()}\n\n`;
    case 'li':
      return `${list || '- '}${inner().trim().replace(/\n+/g, ' ')}\n`;
    case 'a':
      return link(inner().trim(), node.attrs.find(({ name }) => name === 'href')?.value ?? '');
    default:
      return serializeOuter({ ...node, childNodes: [] } as unknown as Tree.Element).replace(
        /(<\/[^<>]*>)?$/,
        (end) => childrenText('content' in node ? (node.content as Tree.ParentNode) : node, list) + end,
      );
  }
}

/** Markdown marks must touch the words. */
function wrap(mark: string, text: string): string {
  const [, before, words, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text)!;
  return words ? `${before}${mark}${words}${mark}${after}` : text;
}

function link(label: string, href: string): string {
  if (!href || label === href) return isSafeLink(href) ? `<${href}>` : label;
  return isSafeLink(href) ? `[${label.replace(/[[\]]/g, '\\$&')}](<${href}>)` : `${label} (${href})`;
}
