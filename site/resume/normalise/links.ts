/** Completes URLs and recognises email addresses. What is neither stays text: the page never shows a dead link. */
import { isSafeLink } from '../../theme/links.ts';

export type ReadUrl =
  | { url: string }
  | { completed: string }
  /** The only address in a text, such as `GitHub: https://…`. */
  | { within: string }
  | { text: string }
  | { placeholder: true };

/** `index.html` looks like a host, and `me.jpg` does too. */
const FILE = /\.(html?|pdf|docx?|png|jpe?g|gif|svg|webp|md|txt|json|ya?ml|tex|zip|js|ts|css)$/i;
const HOST = /^(?:[\p{L}\d](?:[\p{L}\d-]*[\p{L}\d])?\.)+\p{L}{2,}(?::\d+)?(?:[/?#]\S*)?$/u;

export function readUrl(written: string): ReadUrl {
  const text = written.trim();
  if (/^(#.*|https?:\/*|n\/?a|none|todo|tbd|-+)$/i.test(text)) return { placeholder: true };
  if (isEmail(text)) return { completed: `mailto:${text}` };
  if (/^(https?:\/\/|mailto:|tel:)/i.test(text))
    return isSafeLink(text) && !/\s/.test(text) ? { url: text } : { text };
  const [address, second] = text.match(/https?:\/\/[^\s,;()]+/gi) ?? [];
  if (address && !second && isSafeLink(address)) return { within: address };
  const bare = text.replace(/^\/\//, '');
  const [host = ''] = bare.split(/[/?#]/);
  if (HOST.test(bare) && !(host === bare && FILE.test(host))) {
    const completed = `https://${bare}`;
    if (URL.canParse(completed)) return { completed };
  }
  return { text };
}

export function isEmail(text: string): boolean {
  return /^[^\s@<>()[\],;:"\\]+@(?:[\p{L}\d](?:[\p{L}\d-]*[\p{L}\d])?\.)+\p{L}{2,}$/u.test(text);
}
