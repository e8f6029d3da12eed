/** The script of the page: one inline, blocking script in the head, so that a remembered colour scheme never flashes. */
import { restoreColorScheme, wireColorSchemeSwitch } from './color-scheme.ts';
import { connectCounter } from './connect-counter.ts';

restoreColorScheme(document.documentElement);

addEventListener('DOMContentLoaded', () => {
  wireColorSchemeSwitch(document);
  connectCounter(document);
});
