/** Puts the counter's values into the page: `data-counter="visits"` and `data-counter="viewers"`. */
import type { World } from './live-counter.ts';

/** A screen reader hears the numbers when they first come, and after that not more often than this; milliseconds. */
const ANNOUNCEMENT_INTERVAL = 300_000;

export function counterDisplay(page: Document, now: () => number): World['show'] {
  // Made with the first number: it takes the browser longer than all the rest.
  let format: Intl.NumberFormat | undefined;
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  let announcedAt = -Infinity;

  return (snapshot, live) => {
    format ??= new Intl.NumberFormat(page.documentElement.lang || undefined);
    const values: Record<string, number> = { visits: snapshot.count, viewers: snapshot.viewers };
    page.querySelectorAll<HTMLElement>('[data-counter]').forEach((element) => {
      const text = format!.format(values[element.dataset['counter']!] ?? 0);
      if (element.textContent === text) return;
      if (calm.matches || !element.textContent) element.textContent = text;
      else tick(element, text);
    });
    page.querySelectorAll<HTMLElement>('[data-counter-state]').forEach((element) => {
      element.hidden = false;
      element.dataset['counterState'] = live ? 'live' : 'stale';
      const status = element.querySelector('[role=status]');
      if (status && live && now() - announcedAt > ANNOUNCEMENT_INTERVAL) {
        announcedAt = now();
        const spoken = element.cloneNode(true) as HTMLElement;
        spoken.querySelector('[role=status]')?.remove();
        status.textContent = spoken.textContent;
      }
    });
  };
}

/** The digits that change rise into their place; the others stand still. */
function tick(element: HTMLElement, text: string) {
  const old = element.textContent!;
  let same = 0;
  while (old.length === text.length && old[same] === text[same]) same++;
  const changed = element.ownerDocument.createElement('span');
  changed.textContent = text.slice(same);
  element.replaceChildren(text.slice(0, same), changed);
  changed.animate?.([{ transform: 'translateY(.6em)', opacity: 0 }, {}], {
    duration: 350,
    easing: 'ease-out',
  });
  element.animate?.([{ color: 'var(--live)' }, {}], { duration: 1500, easing: 'ease-in' });
  element
    .closest<HTMLElement>('[data-counter-state]')
    ?.querySelector('[data-counter-dot]')
    ?.animate?.([{ boxShadow: '0 0 0 0 currentColor' }, { boxShadow: '0 0 0 .6em transparent' }], {
      duration: 900,
      easing: 'ease-out',
    });
}
