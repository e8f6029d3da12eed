/** One open page that watches the counter, and when it showed what. */
import { WebSocket } from 'ws';
import { nowMs } from '../time.ts';

export class Viewer {
  /** The count shown, and since when; only growing counts are kept, as a page shows them. */
  readonly times: number[] = [];
  readonly counts: number[] = [];
  count = -1;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** @param onMessage called for every snapshot, after it has been taken in */
  static open(url: string, onMessage: (viewer: Viewer, before: number) => void): Promise<Viewer> {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    const viewer = new Viewer(socket);
    socket.on('message', (data) => {
      const { count } = JSON.parse(String(data)) as { count?: number };
      if (count === undefined) return;
      const before = viewer.count;
      if (count > before) {
        viewer.count = count;
        viewer.times.push(nowMs());
        viewer.counts.push(count);
      }
      onMessage(viewer, before);
    });
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(viewer));
      socket.on('error', reject);
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  forget(): void {
    this.times.length = 0;
    this.counts.length = 0;
  }

  close(): void {
    this.#socket.terminate();
  }
}

/**
 * When a viewer saw each visit: the first time that it showed a count which holds the visit.
 * @param base the count before the first visit
 * @param starts when the visits began, ascending
 * @returns milliseconds from a visit's beginning until it was seen; `Infinity` where it has not been
 */
export function latenciesOf(
  { times, counts }: Pick<Viewer, 'times' | 'counts'>,
  base: number,
  starts: readonly number[],
): number[] {
  let update = 0;
  return starts.map((start, visit) => {
    while (update < counts.length && counts[update]! < base + visit + 1) update++;
    // Two visits that overtook each other on their way may be seen in the other order.
    return update < counts.length ? Math.max(0, times[update]! - start) : Infinity;
  });
}
