/** The live counter and the colour switch: hidden until the script in site/client fills them in. */
import type { Language } from '../language/language.ts';
import { markup, type Html } from './html.ts';

/** @param how whether there is a page that explains the counter */
export function counter(words: Language, how: boolean): Html {
  const numbers = markup`<span data-counter-dot></span><span>${words.viewers} <b data-counter="viewers"></b></span> <span>${words.visits} <b data-counter="visits"></b></span>`;
  return markup`<p class="counter" data-counter-state hidden>${how ? markup`<a href="/how">${numbers}</a>` : numbers} <span data-not-counted="${words.notCounted}" hidden></span><span class="sr" role="status"></span></p>`;
}

/** Shown where the page was opened through a counted link. Without it, the page ignores such links. */
export function countedLinkNote(words: Language): Html {
  return markup`<p data-counted-link="${words.countedLink}" hidden></p>`;
}

export function colorSwitch(words: Language): Html {
  return markup`<button type="button" data-scheme-switch aria-pressed="false" hidden><span class="sr">${words.darkColors}</span></button>`;
}
