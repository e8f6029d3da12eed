import { EDGES, ROUTES, type RouteName } from './components.ts';

/** How long a path stays lit; milliseconds. */
const LIT_MS = 1_600;

/** Lights up the way that a message took. */
export function light(route: RouteName): void {
  const nodes: readonly string[] = ROUTES[route];
  const elements = nodes.flatMap((id) => [...document.querySelectorAll(`[data-node=${id}]`)]);
  for (const { between } of EDGES) {
    if (between.every((id) => nodes.includes(id)))
      elements.push(...document.querySelectorAll(`[data-edge="${between.join(' ')}"]`));
  }
  for (const element of elements) {
    element.classList.add('lit');
    setTimeout(() => element.classList.remove('lit'), LIT_MS);
  }
}
