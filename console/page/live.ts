/** What is drawn once a second: the picture's figures, tables, stream and plots. */
import type { Tables, Tick } from '../../contract/console.ts';
import type { BroadcastState, ConnectionRow } from '../../contract/tables.ts';
import { call, find, h, keyed, ms, number, setText, time } from './dom.ts';

const SECONDS = 120;
/** LEASE_MS of functions/broadcaster/deliver.ts, for the length of the lease's bar. */
const LEASE_MS = 10_000;

export class Live {
  readonly #history: Record<string, number>[] = [];
  readonly #of: () => string;

  constructor(of: () => string) {
    this.#of = of;
  }

  clear(): void {
    this.#history.length = 0;
  }

  draw(tick: Tick): void {
    this.#figures(tick);
    this.#plots(tick);
    const { health, tables, position, nodes } = tick;
    if (tables) this.#tables(tables);
    definitions(find('[data-table=stream]'), {
      Position: position ?? 'nothing was read yet',
      Lag: ms(health.iteratorAgeMs),
      'Records delivered': number(nodes['stream']?.total ?? 0),
      Health: [health.status, ...health.causes].join('; '),
    });
  }

  #figures({ nodes, tables, health }: Tick): void {
    const count = tables?.shards.reduce((sum, { count: visits = 0 }) => sum + visits, 0);
    for (const text of document.querySelectorAll<SVGElement>('.picture [data-node]')) {
      const id = text.dataset['node']!;
      const figures = nodes[id];
      const total =
        id === 'browser'
          ? health.connections
          : id === 'visitor-count'
            ? count
            : id === 'connection-ids'
              ? health.connections
              : figures?.total;
      const parts = [
        total !== undefined && number(total),
        figures && `${number(figures.perSecond)}/s`,
        figures?.p50Ms !== undefined && ms(figures.p50Ms),
      ];
      setText(find('.service', text), parts.filter(Boolean).join(' · ') || '–');
    }
  }

  #plots({ second, health, heapMB }: Tick): void {
    this.#history.push({ ...second, lag: health.iteratorAgeMs, heapMB });
    if (this.#history.length > SECONDS) this.#history.shift();
    for (const figure of document.querySelectorAll<HTMLElement>('[data-plot]')) {
      const values = this.#history.map((values) => values[figure.dataset['plot']!] ?? 0);
      const highest = Math.max(...values);
      const x = (index: number) => 120 - (values.length - 1 - index) * (120 / (SECONDS - 1));
      const y = (value: number) => 39 - 36 * (value / (highest || 1));
      const points = values.map((value, index) => `${x(index).toFixed(1)} ${y(value).toFixed(1)}`);
      find('path', figure).setAttribute('d', `M${points.join('L')}`);
      const round = (value: number) => number(Math.round(value * 10) / 10);
      setText(find('b', figure), `${round(values.at(-1)!)} (highest ${round(highest)})`);
    }
  }

  #tables({ shards, broadcast, connections }: Tables): void {
    const total = shards.reduce((sum, { count = 0 }) => sum + count, 0);
    const most = Math.max(1, ...shards.map(({ arrivals }) => arrivals));
    rows(
      find('[data-table=shards]'),
      ['Item', 'Visits', 'Arrivals', ''],
      [
        ...shards.map(({ id, count = 0, arrivals }) => [
          id,
          number(count),
          number(arrivals),
          bar(arrivals, most, `${id}: arrivals`),
        ]),
        ['Sum', number(total), number(shards.reduce((sum, { arrivals }) => sum + arrivals, 0)), ''],
      ],
    );
    if (broadcast) this.#broadcast(broadcast);
    this.#connections(connections);
  }

  #broadcast({ rev, deliveredRev, count, viewers, readAt, notBefore, leaseUntil }: BroadcastState): void {
    const now = Date.now();
    const lease = Math.max(0, leaseUntil === 0 ? 0 : leaseUntil - now);
    const pace = Math.max(0, notBefore - now);
    definitions(find('[data-table=broadcast]'), {
      Revision: `${rev}${deliveredRev === rev ? ', delivered' : `, delivered up to ${deliveredRev}`}`,
      Count: number(count),
      Viewers: number(viewers),
      Lease: [leaseUntil === 0 ? 'free' : ms(lease), bar(lease, LEASE_MS, 'Time left of the lease')],
      Pace: [
        pace > 0 ? `next in ${ms(pace)}` : 'may begin',
        bar(pace, Math.max(1, notBefore - readAt), 'Time until the next broadcast'),
      ],
    });
  }

  #connections(connections: ConnectionRow[]): void {
    const table = find('[data-table=connections]');
    if (!table.firstElementChild) {
      const data = h('input', {
        value: '{"count":1,"viewers":1,"rev":1}',
        'aria-label': 'Frame to post',
        spellcheck: 'false',
      });
      table.append(
        h('label', { class: 'frame' }, 'Frame to post ', data),
        h('ul', { class: 'connections' }),
        h('p', { role: 'status' }),
      );
    }
    const act = async (action: 'post' | 'close', connectionId: string) => {
      const { value } = find<HTMLInputElement>('input', table);
      const answer = await call<object>(`/${action}?of=${this.#of()}`, { connectionId, data: value }).catch(
        (error: Error) => error.message,
      );
      setText(find('[role=status]', table), `${action} ${connectionId}: ${JSON.stringify(answer)}`);
    };
    const button = (action: 'post' | 'close', label: string, id: string) =>
      h(
        'button',
        { type: 'button', 'aria-label': `${label} ${id}`, onclick: () => void act(action, id) },
        label,
      );
    keyed(find('ul', table), connections, {
      key: ({ connectionId }) => connectionId,
      create: ({ connectionId: id, connectedAt }) =>
        h(
          'li',
          {},
          h('code', {}, id),
          h('span', {}, `since ${time(connectedAt)}`),
          h('span'),
          button('post', 'Post', id),
          button('close', 'Close', id),
        ),
      update: (item, { expiresAt }) => setText(item.children[2]!, `lease ends ${time(expiresAt * 1000)}`),
    });
  }
}

type Cell = string | HTMLElement;

function bar(value: number, max: number, label: string): HTMLElement {
  return h('progress', { value: Math.min(value, max), max, 'aria-label': label });
}

function rows(place: Element, head: string[], body: Cell[][]): void {
  const cells = (row: Cell[], tag: 'th' | 'td') =>
    h('tr', {}, ...row.map((cell) => (cell === '' ? h('td') : h(tag, {}, cell))));
  place.replaceChildren(
    h('table', {}, h('thead', {}, cells(head, 'th')), h('tbody', {}, ...body.map((row) => cells(row, 'td')))),
  );
}

function definitions(place: Element, values: Record<string, Cell | Cell[]>): void {
  place.replaceChildren(
    h(
      'dl',
      {},
      ...Object.entries(values).flatMap(([name, value]) => [
        h('dt', {}, name),
        h('dd', {}, ...[value].flat()),
      ]),
    ),
  );
}
