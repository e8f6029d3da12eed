/** Counts, rates and latencies by component, second by second. */
import type { NodeFigures, Tick } from '../contract/console.ts';

/** Latencies kept for one median. */
const MAX_SAMPLES = 500;

export class Figures {
  visits = 0;
  posts = 0;
  errors = 0;
  readonly #nodes = new Map<string, NodeFigures & { samples: number[] }>();

  /** @param ms how long it took, if it is known */
  add(node: string, count: number, ms?: number): void {
    let figures = this.#nodes.get(node);
    if (!figures) this.#nodes.set(node, (figures = { total: 0, perSecond: 0, samples: [] }));
    figures.total += count;
    figures.perSecond += count;
    if (ms !== undefined && figures.samples.length < MAX_SAMPLES) figures.samples.push(ms);
  }

  /** Ends a second. */
  takeSecond(): Pick<Tick, 'nodes' | 'second'> {
    const nodes: Tick['nodes'] = {};
    let handshakeMs = 0;
    for (const [node, figures] of this.#nodes) {
      const { total, perSecond, samples } = figures;
      if (samples.length > 0) figures.p50Ms = median(samples);
      if (node === 'api-gateway' && samples.length > 0) handshakeMs = figures.p50Ms!;
      nodes[node] = { total, perSecond, ...(figures.p50Ms !== undefined && { p50Ms: figures.p50Ms }) };
      figures.perSecond = 0;
      figures.samples = [];
    }
    const { visits, posts, errors } = this;
    this.visits = this.posts = this.errors = 0;
    return {
      nodes,
      second: { visits, posts, errors, handshakeMs, records: nodes['stream']?.perSecond ?? 0 },
    };
  }
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}
