/** One open page that watches the counter and records when it showed which count. */
import { WebSocket } from 'ws';
import { nowMs } from '../clock.ts';

export class Viewer {
  /** The counts shown and the times. Like a page, it ignores a count that is not higher. */
  readonly times: number[] = [];
  readonly counts: number[] = [];
  count = -1;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** @param onMessage called after each snapshot */
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

  reset(): void {
    this.times.length = 0;
    this.counts.length = 0;
  }

  close(): void {
    this.#socket.terminate();
  }
}

/**
 * When a viewer saw each visit: the first time that it showed a count which includes the visit.
 * @param base the count before the first visit
 * @param starts when the visits began, ascending
 * @returns milliseconds from each visit's start until it was seen; `Infinity` if it was not
 */
export function latenciesOf(
  { times, counts }: Pick<Viewer, 'times' | 'counts'>,
  base: number,
  starts: readonly number[],
): number[] {
  let update = 0;
  return starts.map((start, visit) => {
    while (update < counts.length && counts[update]! < base + visit + 1) update++;
    // Two visits may overtake each other and be seen in the other order.
    return update < counts.length ? Math.max(0, times[update]! - start) : Infinity;
  });
}
