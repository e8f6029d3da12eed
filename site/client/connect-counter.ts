/** Connects the page's counter to the browser's events. */
import { browserWorld } from './browser-world.ts';
import { counterDisplay } from './counter-display.ts';
import { liveCounter } from './live-counter.ts';
import { visitId } from './visit-id.ts';

/** Does nothing in a page that was not published: its endpoint is still the placeholder. */
export function connectCounter(page: Document): void {
  const endpoint = page.querySelector<HTMLMetaElement>('meta[name=counter-endpoint]')?.content;
  // Not compared with the placeholder itself: the publisher would replace it here too, and the script's hash would break.
  if (!endpoint || endpoint.endsWith('.invalid')) return;

  const start = () => {
    const visit = visitId(() => sessionStorage, crypto);
    const counter = liveCounter(
      browserWorld(
        endpoint,
        visit,
        counterDisplay(page, () => performance.now()),
      ),
    );
    const look = () => (page.hidden ? counter.hidden() : counter.visible());
    counter.visible();
    if (page.hidden) counter.hidden();
    page.addEventListener('visibilitychange', look);
    addEventListener('online', () => counter.online());
    // An open WebSocket keeps a page out of the back/forward cache.
    addEventListener('pagehide', () => counter.leave());
    addEventListener('pageshow', (event) => event.persisted && look());
  };

  // A page that the browser renders on suspicion is nobody's visit yet.
  if ((page as { prerendering?: boolean }).prerendering)
    page.addEventListener('prerenderingchange', start, { once: true });
  // The first paint goes before the first visitor.
  else setTimeout(start);
}
