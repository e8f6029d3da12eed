/** The page for addresses where nothing is. */
import { en } from '../language/en.ts';
import { languageFor } from '../language/index.ts';
import { colorSwitch } from './counter.ts';
import { markup, raw } from './html.ts';
import { document } from './page.ts';

/** `css` and `script` are minified. It may be shown under any address, so its links begin at the root. */
export function notFoundPage(tag: string, css: string, script: string): string {
  const words = languageFor(tag) ?? en;
  const { title, text, home } = words.notFound;
  return document(
    tag,
    markup`<meta charset="utf-8"><title>${title}</title><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><style>${raw(css)}</style><script>${raw(script)}</script>`,
    markup`<header class="bar">${colorSwitch(words)}</header><main class="who"><h1>${title}</h1><p class="label">${text}</p><p class="summary"><a href="/">${home}</a></p></main>`,
  );
}
