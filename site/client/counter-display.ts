import type { CounterEnv } from './live-counter.ts';

/** Screen readers announce the first numbers and then at most one change per interval; milliseconds. */
const ANNOUNCEMENT_INTERVAL = 300_000;

/** Shows the counter's values in `data-counter="visits"` and `data-counter="viewers"`. */
export function counterDisplay(page: Document, now: () => number): CounterEnv['show'] {
  // Created with the first number: it takes longer than the rest of the script.
  let format: Intl.NumberFormat | undefined;
  const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');
  let announcedAt = -Infinity;

  return (snapshot, live) => {
    format ??= new Intl.NumberFormat(page.documentElement.lang || undefined);
    const values: Record<string, number> = { visits: snapshot.count, viewers: snapshot.viewers };
    page.querySelectorAll<HTMLElement>('[data-counter]').forEach((element) => {
      const text = format!.format(values[element.dataset['counter']!] ?? 0);
      if (element.textContent === text) return;
      if (reducedMotion.matches || !element.textContent) element.textContent = text;
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

/** Only the digits that change move. */
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
