import {
  defaultTreeAdapter as tree,
  parse,
  parseFragment,
  serialize,
  type DefaultTreeAdapterTypes as Tree,
} from 'parse5';
import { en } from '../../language/en.ts';
import { languageFor } from '../../language/index.ts';
import { customSections, headingOf } from '../../resume/settings.ts';
import type { Project, Resume } from '../../resume/types.ts';
import { counter, countedLinkNote } from '../../theme/counter.ts';
import { alternateLinks, endpointMeta } from '../../theme/head.ts';
import { markup, raw } from '../../theme/html.ts';
import { clientScript, styleSheet } from '../bundle.ts';
import { commonFiles, type RenderedTheme, type RenderOptions } from '../common-files.ts';
import { renderTheme } from './load.ts';
import { attribute, elementsOf, needsOf } from './needs.ts';
import { themePolicy, thirdParties } from './policy.ts';
import { rejectCode, rejectHosts } from './reject-code.ts';
import { neutral, withoutTags } from './untrusted-text.ts';

/**
 * Renders a third-party JSON Resume theme, and adds the counter as a badge.
 * @param theme as in {@link renderTheme}
 */
export async function renderThirdPartyTheme(
  theme: string,
  { edition, photo, alternates, privacy }: RenderOptions,
): Promise<RenderedTheme> {
  const { resume, settings, variant } = edition;
  const words = languageFor(settings.language) ?? en;
  const custom = customSections(resume).map((key) => ({
    heading: headingOf(key, settings, words),
    entries: (resume as Record<string, Project[]>)[key]!,
  }));
  const shown: Resume = {
    ...resume,
    ...(photo && { basics: { ...resume.basics, image: photo.path } }),
    ...(custom.length && {
      projects: [
        ...(resume.projects ?? []),
        ...custom.flatMap(({ heading, entries }) => entries.map((entry) => ({ type: heading, ...entry }))),
      ],
    }),
  };
  const [html, neutralHtml, script, css, common] = await Promise.all([
    renderTheme(theme, withoutTags(shown)),
    renderTheme(theme, neutral(shown)),
    clientScript('client/counter-only.ts'),
    styleSheet(['counter.css', 'badge.css']),
    commonFiles(edition, privacy),
  ]);
  const document = parse(html);
  const neutralDocument = parse(neutralHtml);
  const rejected = rejectCode(document, neutralDocument);
  insertInHead(
    document,
    markup`<style>${raw(css)}</style>${endpointMeta()}<script>${raw(script)}</script>${alternateLinks(alternates)}${variant !== undefined && markup`<meta name="robots" content="noindex">`}${!has(document, 'link', 'rel', 'icon') && markup`<link rel="icon" href="${common.favicon}" type="image/svg+xml">`}`
      .text,
  );
  append(find(document, 'body'), counter(words, settings.how).text);
  if (settings.links) append(find(document, 'body'), countedLinkNote(words).text);

  const needs = needsOf(document);
  rejectHosts(needs, needsOf(neutralDocument));
  const relative = [...needs.relative].filter(
    (path) => !common.files.some((file) => file.path === path) && path !== photo?.path,
  );
  needs.styles.push(...common.inline.styles);
  needs.scripts.push(...common.inline.scripts);
  const hosts = thirdParties(needs);
  const page = serialize(document);
  return {
    html: () => page,
    contentSecurityPolicy: themePolicy(needs),
    files: common.files,
    how: common.how,
    warnings: [
      ...about(
        custom.map(({ heading }) => heading),
        (list) => `${theme} knows only the sections of JSON Resume: it shows ${list} among the projects.`,
      ),
      ...about(
        rejected,
        (list) => `${theme} turns text of the résumé into code. It was removed from the page: ${list}`,
      ),
      ...about(
        hosts,
        (list) =>
          `${theme} loads from third parties: ${list}. They see every visit, and the page waits for them.`,
      ),
      ...about(relative, (list) => `${theme} refers to files that it does not include: ${list}.`),
    ],
  };
}

function about(items: string[], message: (list: string) => string): string[] {
  return items.length ? [message(items.join(', '))] : [];
}

/** Inserts at the start of the head, after the charset, which must be within the first 1,024 bytes. */
function insertInHead(document: Tree.Document, html: string): void {
  const head = find(document, 'head');
  const charset = head.childNodes.find(
    (node) => tree.isElementNode(node) && attribute(node, 'charset') !== undefined,
  );
  const first = head.childNodes[charset ? head.childNodes.indexOf(charset) + 1 : 0];
  for (const node of parseFragment(html).childNodes) {
    if (first) tree.insertBefore(head, node, first);
    else tree.appendChild(head, node);
  }
}

function append(parent: Tree.Element, html: string): void {
  for (const node of parseFragment(html).childNodes) tree.appendChild(parent, node);
}

function find(document: Tree.Document, tag: string): Tree.Element {
  return elementsOf(document).find(({ tagName }) => tagName === tag)!;
}

function has(document: Tree.Document, tag: string, name: string, value: string): boolean {
  return elementsOf(document).some(
    (element) => element.tagName === tag && attribute(element, name)?.includes(value),
  );
}
