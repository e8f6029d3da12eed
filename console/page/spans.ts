/** The spans that the page knows, and the steps of one visit among them. */
import type { Span } from '../../contract/console.ts';

const MAX_SPANS = 3_000;
const MAX_VISITS = 40;
const MAX_OTHERS = 12;
/** Posts shown for one broadcast; the broadcast says how many there were. */
const MAX_POSTS = 6;

export class Spans {
  readonly #spans = new Map<number, Span>();

  clear(): void {
    this.#spans.clear();
  }

  add(spans: readonly Span[]): void {
    for (const span of spans) this.#spans.set(span.id, span);
    for (const id of this.#spans.keys()) {
      if (this.#spans.size <= MAX_SPANS) break;
      this.#spans.delete(id);
    }
  }

  get(id: number): Span | undefined {
    return this.#spans.get(id);
  }

  /** Handshakes, newest first. */
  visits(): Span[] {
    return this.#newest(({ kind }) => kind === 'handshake').slice(0, MAX_VISITS);
  }

  /** The chosen visit; without one, the newest. */
  shown(chosen: number | undefined): Span | undefined {
    return this.#spans.get(chosen ?? 0) ?? this.visits()[0];
  }

  /** Invocations that belong to no connection, newest first: batches, schedules, replays. */
  others(): Span[] {
    const belongs = ({ kind, connectionId }: Span) =>
      kind === 'batch' || (kind === 'invocation' && connectionId === undefined);
    return this.#newest(belongs).slice(0, MAX_OTHERS);
  }

  /** From the handshake to the posts that announced the visit, and what happened later on its connection. */
  stepsOf(handshake: number): { steps: Span[]; later: Span[] } {
    const all = [...this.#spans.values()];
    const own = all.filter(({ id, trace }) => id === handshake || trace === handshake);
    const batches = new Set(own.flatMap(({ leadsTo }) => leadsTo ?? []));
    const { connectionId } = this.#spans.get(handshake) ?? {};
    const posts = all
      .filter(({ kind, parent }) => kind === 'post' && batches.has(parent ?? 0))
      .sort(
        (a, b) =>
          Number(b.connectionId === connectionId) - Number(a.connectionId === connectionId) || a.id - b.id,
      )
      .slice(0, MAX_POSTS);
    const isLater = ({ kind, parent }: Span) =>
      kind === 'message' ||
      kind === 'disconnect' ||
      ['message', 'disconnect'].includes(this.#spans.get(parent ?? 0)?.kind ?? '');
    const steps = [
      ...own.filter((span) => !isLater(span)),
      ...all.filter(({ id }) => batches.has(id)),
      ...posts,
    ];
    return {
      steps: steps.sort((a, b) => a.startedAt - b.startedAt || a.id - b.id),
      later: own.filter(isLater),
    };
  }

  #newest(belongs: (span: Span) => boolean): Span[] {
    return [...this.#spans.values()].filter(belongs).sort((a, b) => b.id - a.id);
  }
}
