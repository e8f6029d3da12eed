/** What one visit records, in the page and in the local cloud, and when. */
import type { DatabaseCall } from './delay-proxy.ts';
import type { Timed } from '../processes/cloud.ts';

/** The points of a visit in their order, but for `broadcast`, which may also come before `number`; with their names in the table. */
export const POINTS = {
  response: 'page received',
  paint: 'first paint',
  handshakeSent: 'handshake sent',
  functionStarted: 'function started',
  initialised: 'module loaded',
  transactionSent: 'transaction sent',
  transactionDone: 'transaction answered',
  opened: 'handshake answered',
  number: 'own number shown',
  broadcast: 'own broadcast received',
} as const;
export type Point = keyof typeof POINTS;

/** Milliseconds since navigation. A warm visit starts no function. */
export type Points = Partial<Record<Point, number>>;

/** In the page; milliseconds since 1970. */
export interface PageMarks {
  navigation: number;
  response: number;
  paint?: number;
  handshakeSent?: number;
  opened?: number;
  /** The page shows a number that includes its own visit. */
  number?: number;
  messages: { at: number; text: string }[];
}

declare global {
  /** In the page. */
  var marks: PageMarks;
}

/** Runs in the page, before its own scripts. @param expected the count with this visit */
export function recordPage(expected: number): void {
  const now = () => performance.timeOrigin + performance.now();
  globalThis.marks = { navigation: performance.timeOrigin, response: 0, messages: [] };
  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      marks.handshakeSent = now();
      this.addEventListener('open', () => (marks.opened = now()));
      this.addEventListener('message', ({ data }) => marks.messages.push({ at: now(), text: String(data) }));
    }
  };
  new MutationObserver(() => {
    const shown = document.querySelector('[data-counter="visits"]')?.textContent?.replace(/\D/g, '');
    if (Number(shown) >= expected) marks.number ??= now();
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

/** Runs in the page, afterwards. */
export function readPage(): PageMarks {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  const [paint] = performance.getEntriesByName('first-contentful-paint');
  return {
    ...marks,
    response: performance.timeOrigin + navigation!.responseEnd,
    ...(paint && { paint: performance.timeOrigin + paint.startTime }),
  };
}

/** What a function of the bench writes when its module is loaded ({@link FOOTER}); milliseconds since 1970. */
interface Loaded {
  started: number;
  initialised: number;
}

/** Appended to a bundle. From here on the function has only its share of the processor, as on Lambda after initialisation. */
export const FOOTER = `
;if (process.env.BENCH_GROUP) require('node:fs').writeFileSync(process.env.BENCH_GROUP, String(process.pid));
console.log(JSON.stringify({
  started: performance.timeOrigin + performance.nodeTiming.bootstrapComplete,
  initialised: performance.timeOrigin + performance.now(),
}));
`;

const WRITES = new Set(['TransactWriteItems', 'PutItem', 'UpdateItem']);

export function pointsOf(page: PageMarks, cloud: readonly Timed[], calls: readonly DatabaseCall[]): Points {
  const opened = page.opened ?? Infinity;
  const loaded = cloud.find(
    (event) =>
      event.type === 'log' && event.functionName.endsWith('updater') && event.line.startsWith('{"started"'),
  );
  const { started, initialised } = (loaded?.type === 'log' ? JSON.parse(loaded.line) : {}) as Partial<Loaded>;
  const writes = calls.filter(({ operation, answeredAt }) => WRITES.has(operation) && answeredAt <= opened);
  const posted = new Set(cloud.flatMap((event) => (event.type === 'post' ? [String(event.data)] : [])));
  const times: Points = {
    response: page.response,
    paint: page.paint,
    handshakeSent: page.handshakeSent,
    functionStarted: started,
    initialised,
    transactionSent: writes[0]?.sentAt,
    transactionDone: writes.at(-1)?.answeredAt,
    opened: page.opened,
    number: page.number,
    broadcast: page.messages.find(({ text }) => posted.has(text))?.at,
  } as Points;
  return Object.fromEntries(
    Object.entries(times).flatMap(([point, at]) => (at === undefined ? [] : [[point, at - page.navigation]])),
  );
}
