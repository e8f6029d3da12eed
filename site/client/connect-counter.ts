import { parseSnapshot, type Snapshot } from '../../contract/messages.ts';
import { counterDisplay } from './counter-display.ts';
import { liveCounter, type CounterEnv } from './live-counter.ts';
import { visitOf } from './visit.ts';

/**
 * Starts the page's counter. Does nothing in a page opened from disk.
 * @param observe wraps the counter's environment, for a page that shows what passes through it
 */
export function connectCounter(page: Document, observe = (env: CounterEnv) => env): void {
  const endpoint = page.querySelector<HTMLMetaElement>('meta[name=counter-endpoint]')?.content;
  const url = endpoint && socketUrl(endpoint, location.href);
  if (!url) return;

  const start = () => {
    const note = page.querySelector<HTMLElement>('[data-counted-link]');
    const { query, own, linked, cleanUrl } = visitOf(
      location.href,
      () => sessionStorage,
      () => localStorage,
      !!note,
    );
    if (cleanUrl) history.replaceState(history.state, '', cleanUrl);
    if (linked) fill(note, note?.dataset['countedLink']);
    const notCounted = page.querySelector<HTMLElement>('[data-not-counted]');
    if (own) fill(notCounted, notCounted?.dataset['notCounted']);
    const display = counterDisplay(page, () => performance.now());
    const counter = liveCounter(observe(browserEnv(`${url}?${new URLSearchParams(query)}`, display)));
    const updateVisibility = () => (page.hidden ? counter.hidden() : counter.visible());
    // Programs that check links in e-mails load the page without showing it: that is no visit through the link.
    if (!(linked && page.hidden)) counter.visible();
    void lastNumber(url).then((snapshot) => snapshot && counter.hint(snapshot));
    if (page.hidden) counter.hidden();
    page.addEventListener('visibilitychange', updateVisibility);
    addEventListener('online', () => counter.online());
    // An open WebSocket would keep the page out of the back/forward cache.
    addEventListener('pagehide', () => counter.leave());
    addEventListener('pageshow', (event) => event.persisted && updateVisibility());
  };

  // A prerendered page is not a visit until it is shown.
  if ((page as { prerendering?: boolean }).prerendering)
    page.addEventListener('prerenderingchange', start, { once: true });
  // Paint first, then connect: a request before the first frame delays the largest paint. A hidden page has no frames.
  else if (page.hidden) setTimeout(start);
  else requestAnimationFrame(() => setTimeout(start));
}

/** The browser's WebSocket and timers. */
function browserEnv(url: string, show: CounterEnv['show']): CounterEnv {
  return {
    show,
    random: Math.random,
    after(milliseconds, callback) {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
    connect(listener) {
      const socket = new WebSocket(url);
      socket.onopen = () => listener.opened();
      socket.onmessage = ({ data }) => listener.message(String(data));
      socket.onclose = () => listener.closed();
      return {
        send: (message) => socket.send(JSON.stringify(message)),
        close: () => socket.close(),
      };
    },
  };
}

function fill(element: HTMLElement | null, text = ''): void {
  if (!element) return;
  element.textContent = text;
  element.hidden = false;
}

/** count.json next to the socket: the number of the last broadcast, long before a cold function has answered. */
async function lastNumber(socket: string): Promise<Snapshot | undefined> {
  try {
    const response = await fetch(new URL('/count.json', socket.replace(/^ws/, 'http')));
    const snapshot = parseSnapshot(await response.text());
    // The reader is one of them, even if everyone else has left since.
    return snapshot && { ...snapshot, viewers: Math.max(1, snapshot.viewers) };
  } catch {
    // Without it, the page waits for the socket.
    return undefined;
  }
}

/**
 * The socket's URL: `endpoint` is a path on the page's origin or an absolute `wss://` URL. Browsers before 2024 reject relative
 * WebSocket URLs, so it is resolved here. `undefined` for a page that was not loaded over HTTP.
 */
export function socketUrl(endpoint: string, page: string): string | undefined {
  const url = new URL(endpoint, page).href.replace(/^http/, 'ws');
  return url.startsWith('ws') ? url : undefined;
}
