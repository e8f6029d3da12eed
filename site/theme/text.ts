/** How text from the résumé is marked up: direction, and places where long words may break. */
import { escape, Html, markup, raw } from './html.ts';

const RTL_LETTER = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const LETTER = /\p{L}/u;

/**
 * The `dir` attribute for an element with this text. `auto` follows the first letter; where most letters have the other
 * direction, as in an Arabic sentence that starts with "AWS", they decide.
 */
export function direction(text: string): Html {
  let balance = 0;
  let first = 0;
  for (const character of text) {
    if (!LETTER.test(character)) continue;
    const sign = RTL_LETTER.test(character) ? -1 : 1;
    first ||= sign;
    balance += sign;
  }
  if (!first) return raw('');
  if (balance * first >= 0) return raw(' dir="auto"');
  return raw(balance < 0 ? ' dir="rtl"' : ' dir="ltr"');
}

/** An e-mail address, a URL or a phone number: left to right in any text, and breakable at its punctuation. */
export function address(text: string): Html {
  return markup`<bdi dir="ltr">${breakable(text)}</bdi>`;
}

/** Allows a break before `@` and `.`, and after `/`, `-`, `_`, `?`, `&`, `=` and `#`. */
function breakable(text: string): Html {
  const parts = text.split(/(?<=[^/]\/)(?=[^/])|(?<=[-_?&=#])(?=.)|(?<=[^/.])(?=[@.][^.])/);
  return new Html(parts.map(escape).join('<wbr>'));
}
