import { defaultTreeAdapter as tree, type DefaultTreeAdapterTypes as Tree } from 'parse5';

/** What a page needs to work: its inline code and what it loads. */
export interface Needs {
  scripts: string[];
  styles: string[];
  /** Values of `style` attributes. */
  styleAttributes: string[];
  /** Values of `on…` attributes. */
  handlers: string[];
  /** Hosts by kind of what they serve. */
  hosts: Record<'script' | 'style' | 'image' | 'frame', Set<string>>;
  /** Relative URLs of files that the theme does not include. */
  relative: Set<string>;
}

type Kind = keyof Needs['hosts'];

/** Attributes that make a browser load something. */
const LOADS: [tag: string, attribute: string, kind: Kind][] = [
  ['script', 'src', 'script'],
  ['link', 'href', 'style'],
  ['img', 'src', 'image'],
  ['image', 'href', 'image'],
  ['iframe', 'src', 'frame'],
];

export function needsOf(document: Tree.Document): Needs {
  const needs: Needs = {
    scripts: [],
    styles: [],
    styleAttributes: [],
    handlers: [],
    hosts: { script: new Set(), style: new Set(), image: new Set(), frame: new Set() },
    relative: new Set(),
  };
  for (const element of elementsOf(document)) inspect(element, needs);
  return needs;
}

/** Every element in document order, including those inside templates. */
export function elementsOf(node: Tree.Node): Tree.Element[] {
  return [
    ...(tree.isElementNode(node) ? [node] : []),
    ...('content' in node ? elementsOf(node.content) : []),
    ...('childNodes' in node ? node.childNodes.flatMap(elementsOf) : []),
  ];
}

export function scriptText(element: Tree.Element): string {
  return element.childNodes.map((node) => (tree.isTextNode(node) ? node.value : '')).join('');
}

/** Values of the `on…` attributes. */
export function handlersOf({ attrs }: Tree.Element): string[] {
  return attrs.filter(({ name }) => isHandler(name)).map(({ value }) => value);
}

export function isHandler(attributeName: string): boolean {
  return attributeName.startsWith('on');
}

export function attribute(element: Tree.Element, name: string): string | undefined {
  return element.attrs.find((candidate) => candidate.name === name)?.value;
}

function inspect(element: Tree.Element, needs: Needs): void {
  const { tagName, attrs } = element;
  const text = scriptText(element);
  if (isScript(element) && !attribute(element, 'src')) addScript(text, needs);
  if (tagName === 'style') {
    needs.styles.push(text);
    addFromCss(text, needs);
  }
  for (const { name, value } of attrs) {
    if (name === 'style') {
      needs.styleAttributes.push(value);
      addFromCss(value, needs);
    }
  }
  needs.handlers.push(...handlersOf(element));
  for (const [tag, name, kind] of LOADS) {
    const url = tagName === tag ? attribute(element, name) : undefined;
    if (url && (tag !== 'link' || loads(attribute(element, 'rel')))) add(url, kind, needs);
  }
}

function addScript(text: string, needs: Needs): void {
  needs.scripts.push(text);
  // Inline scripts name the scripts they load. The Web Font Loader then fetches style sheets from Google.
  for (const [, url] of text.matchAll(/["']((?:https?:)?\/\/[\w.-]+\.\w+\/[^"']*\.js)["']/g))
    add(url!, 'script', needs);
  if (/\bWebFont(Config)?\b/.test(text)) add('https://fonts.googleapis.com/', 'style', needs);
}

/** Whether the element runs code, unlike data such as JSON-LD. */
export function isScript(element: Tree.Element): boolean {
  const type = attribute(element, 'type') ?? '';
  return element.tagName === 'script' && /^(|module|text\/javascript|application\/javascript)$/i.test(type);
}

function loads(rel = ''): boolean {
  return /\b(stylesheet|preload|icon)\b/i.test(rel);
}

function addFromCss(css: string, needs: Needs): void {
  for (const [, url] of css.matchAll(/@import\s+(?:url\()?\s*["']?([^"')\s;]+)/g)) add(url!, 'style', needs);
  for (const [, url] of css.replace(/@import[^;]*;?/g, '').matchAll(/url\(\s*["']?([^"')]+)/g))
    add(url!.trim(), 'image', needs);
}

function add(url: string, kind: Kind, needs: Needs): void {
  if (/^(data|blob|about):|^#/i.test(url)) return;
  const absolute = url.startsWith('//') ? `https:${url}` : url;
  if (/^https?:/i.test(absolute) && URL.canParse(absolute)) needs.hosts[kind].add(new URL(absolute).host);
  else needs.relative.add(url);
}
