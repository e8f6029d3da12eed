/** Removes scripts and handlers that come from the résumé's text instead of the theme. */
import { defaultTreeAdapter as tree, type DefaultTreeAdapterTypes as Tree } from 'parse5';
import { attribute, elementsOf, handlersOf, isHandler, isScript, scriptText, type Needs } from './needs.ts';

/**
 * Removes all code that the theme does not also emit for neutral text, from the document itself: its policy gets no hash for it.
 * @returns what was removed, for a message
 */
export function rejectCode(document: Tree.Document, neutral: Tree.Document): string[] {
  const known = codeOf(neutral);
  const rejected: string[] = [];
  for (const element of elementsOf(document)) {
    const source = attribute(element, 'src');
    if (isScript(element)) {
      const isKnown = source ? known.sources.has(source) : known.scripts.has(scriptText(element));
      if (!isKnown) {
        rejected.push(`<script> ${shorten(source ?? scriptText(element))}`);
        tree.detachNode(element);
      }
    }
    element.attrs = element.attrs.filter(({ name, value }) => {
      if (!isHandler(name) || known.handlers.has(value)) return true;
      rejected.push(`${name}="${shorten(value)}"`);
      return false;
    });
  }
  return [...new Set(rejected)];
}

/** Keeps only the hosts of scripts, styles and frames that the theme also loads for neutral text. */
export function rejectHosts(needs: Needs, neutral: Needs): void {
  for (const kind of ['script', 'style', 'frame'] as const)
    for (const host of needs.hosts[kind]) if (!neutral.hosts[kind].has(host)) needs.hosts[kind].delete(host);
}

function codeOf(document: Tree.Document) {
  const elements = elementsOf(document);
  const scripts = elements.filter(isScript);
  return {
    sources: new Set(scripts.map((script) => attribute(script, 'src'))),
    scripts: new Set(scripts.map(scriptText)),
    handlers: new Set(elements.flatMap(handlersOf)),
  };
}

function shorten(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
