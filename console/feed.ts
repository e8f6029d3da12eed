/** The event stream of the console's pages. A page that does not keep up misses changes, and gets the whole state once it reads again. */
import type { ServerResponse } from 'node:http';
import type { ConsoleEvents, Source, Span } from '../contract/console.ts';

type Name = keyof ConsoleEvents;

/** What a suspended tab may leave unread. */
const MAX_UNREAD_BYTES = 512 * 1024;

export interface FeedClient {
  source: Source;
  /** What it gets first, and when it starts over. */
  state: () => string[];
}

export const message = <N extends Name>(name: N, value: ConsoleEvents[N]): string =>
  `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`;

export class Feed {
  readonly #clients = new Map<ServerResponse, FeedClient & { isBehind: boolean }>();

  add(response: ServerResponse, client: FeedClient): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    this.#clients.set(response, { ...client, isBehind: false });
    response.on('close', () => this.#clients.delete(response));
    for (const text of client.state()) response.write(text);
  }

  /** Whether a page watches that source, or any. */
  isWatched(source?: Source): boolean {
    return [...this.#clients.values()].some((client) => source === undefined || client.source === source);
  }

  /** @param source the pages that get it; all without one */
  send<N extends Name>(name: N, value: ConsoleEvents[N], source?: Source): void {
    const text = message(name, value);
    for (const [response, client] of this.#clients) {
      if (source !== undefined && client.source !== source) continue;
      if (response.writableLength > MAX_UNREAD_BYTES) client.isBehind = true;
      else if (client.isBehind) {
        client.isBehind = false;
        for (const state of client.state()) response.write(state);
      } else response.write(text);
    }
  }

  sendSpans(spans: Span[], source: Source): void {
    if (spans.length > 0) this.send('spans', spans, source);
  }

  close(): void {
    for (const response of this.#clients.keys()) response.destroy();
  }
}
