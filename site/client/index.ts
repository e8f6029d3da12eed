/** The page's one script: inline and blocking in the head, because a stored colour scheme must apply before the first paint. */
import { restoreColorScheme, wireColorSchemeSwitch } from './color-scheme.ts';
import { connectCounter } from './connect-counter.ts';

restoreColorScheme(document.documentElement);

addEventListener('DOMContentLoaded', () => {
  wireColorSchemeSwitch(document);
  connectCounter(document);
});
