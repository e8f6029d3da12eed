/** Elements without a framework. Text is always text: nothing that was observed can become markup. */

type Child = Node | string | false | undefined;
type Properties = Record<string, string | number | boolean | undefined | ((event: Event) => void)>;

/** `h('button', { type: 'button', onclick: … }, 'Replay')`: functions become listeners, everything else an attribute. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false)
      element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(
    ...children.filter((child): child is Node | string => child !== undefined && child !== false),
  );
  return element;
}

export function find<E extends Element = HTMLElement>(selector: string, root: ParentNode = document): E {
  return root.querySelector<E>(selector)!;
}

/** Changes text only where it differs: screen readers announce changes, and selections survive. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Shows a list with one child for each item, and keeps the children of items that stay: the focus stays with them. */
export function keyed<T>(
  parent: Element,
  items: readonly T[],
  {
    key,
    create,
    update,
  }: {
    key: (item: T) => string;
    create: (item: T) => HTMLElement;
    update?: (child: HTMLElement, item: T) => void;
  },
): void {
  const known = new Map(
    [...parent.children].map((child) => [(child as HTMLElement).dataset['key'], child as HTMLElement]),
  );
  items.forEach((item, index) => {
    const name = key(item);
    let child = known.get(name);
    if (!child) {
      child = create(item);
      child.dataset['key'] = name;
    }
    known.delete(name);
    update?.(child, item);
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
  for (const child of known.values()) child.remove();
}

export const ms = (duration: number): string =>
  `${duration < 9.95 ? duration.toFixed(1) : Math.round(duration)} ms`;
export const time = (at: number): string => new Date(at).toLocaleTimeString('en-GB', { hour12: false });
export const number = (value: number): string => value.toLocaleString('en');

/** @throws {Error} with what the server says */
export async function call<T>(path: string, input?: object): Promise<T> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json', 'x-console': '1' } };
  const response = await fetch(path, input && { ...post, body: JSON.stringify(input) });
  const answer = (await response.json()) as T & { message?: string };
  if (!response.ok) throw new Error(answer.message ?? `Status ${response.status}`);
  return answer;
}
