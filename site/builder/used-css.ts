import type { CssNode } from 'css-tree';
import generate from 'css-tree/generator';
import parse from 'css-tree/parser';
import walk from 'css-tree/walker';

/**
 * Removes the selectors whose tags, classes, languages or directions occur nowhere in the page, and minifies the rest. Words of the text count as
 * occurrences, so a rule may stay in vain, but none that applies is lost.
 * @param html with its scripts, which add elements and classes of their own
 */
export function usedCss(css: string, html: string): string {
  const words = new Set(html.match(/\w+/g));
  const sheet = parse(css, { parseCustomProperty: true });
  walk(sheet, {
    visit: 'Rule',
    enter({ prelude }, rule, rules) {
      if (prelude.type !== 'SelectorList') return;
      prelude.children = prelude.children.filter((selector) =>
        namesOf(selector).every((name) => words.has(name)),
      );
      if (prelude.children.isEmpty) rules.remove(rule);
    },
  });
  return generate(sheet);
}

/** Names that an element must have. Those inside `:is()` and `:not()` are alternatives. */
function namesOf(selector: CssNode): string[] {
  if (selector.type !== 'Selector') return [];
  return selector.children.toArray().flatMap((part) => {
    if (part.type === 'PseudoClassSelector')
      return ['lang', 'dir'].includes(part.name)
        ? (part.children?.toArray().map((name) => generate(name)) ?? [])
        : [];
    return part.type === 'ClassSelector' || (part.type === 'TypeSelector' && part.name !== '*')
      ? [part.name]
      : [];
  });
}
