/** How text from the résumé is marked up: direction, and places where long words may break. */
import type { Context } from './context.ts';
import { escape, Html, markup, raw } from './html.ts';

const RTL_LETTER = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/**
 * The `dir` attribute for an element with this text: the direction of most letters, because an Arabic sentence may start with "AWS". None
 * where all letters run like the page.
 */
export function direction({ pageDirection }: Pick<Context, 'pageDirection'>, text: string): Html {
  const letters = text.match(/\p{L}/gu) ?? [];
  const rtl = letters.filter((letter) => RTL_LETTER.test(letter)).length;
  if (rtl === (pageDirection === 'rtl' ? letters.length : 0)) return raw('');
  return raw(rtl > letters.length / 2 ? ' dir="rtl"' : ' dir="ltr"');
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
