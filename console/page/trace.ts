/** The list of visits and the timeline of one. */
import type { Span } from '../../contract/console.ts';
import { find, h, keyed, ms, setText, time } from './dom.ts';
import type { Spans } from './spans.ts';

export interface TraceView {
  draw(): void;
  /** Follows the newest visit again. */
  clear(): void;
}

/**
 * Shows the newest visit until one is chosen.
 * @param choose called with a span whose details are wanted
 */
export function createTraceView(spans: Spans, choose: (id: number) => void): TraceView {
  let chosen: number | undefined;
  const trace = find('[data-trace]');
  const hint = trace.firstElementChild!;
  // Using the timeline chooses its visit, so the next visit does not replace it.
  for (const type of ['click', 'focusin'])
    trace.addEventListener(type, () => (chosen ??= spans.shown(chosen)?.id));

  const label = ({ visit, connectionId, note, durationMs }: Span) =>
    `${visit ? visit.slice(0, 8) : `no visit id (${connectionId?.slice(0, 6)}…)`} · ${durationMs === undefined ? 'pending' : `${note} after ${ms(durationMs)}`}`;

  function drawVisits(): void {
    const visits = spans.visits();
    const shown = spans.shown(chosen)?.id;
    find('[data-no-visits]').hidden = visits.length > 0;
    keyed(find('[data-visits]'), visits, {
      key: ({ id }) => String(id),
      create: ({ id, startedAt }) => entry(() => select(id), h('time', {}, time(startedAt)), h('span')),
      update: (item, span) => {
        const button = item.firstElementChild as HTMLElement;
        setText(button.lastElementChild!, label(span));
        button.setAttribute('aria-pressed', String(span.id === shown));
        button.classList.toggle('failed', span.failed === true);
      },
    });
    keyed(find('[data-others]'), spans.others(), {
      key: ({ id }) => String(id),
      create: ({ id, startedAt }) => entry(() => choose(id), h('time', {}, time(startedAt)), h('span')),
      update: (item, { name, note, durationMs, failed }) => {
        const took = durationMs === undefined ? 'running' : ms(durationMs);
        setText(item.firstElementChild!.lastElementChild!, [name, note, took].filter(Boolean).join(' · '));
        item.firstElementChild!.classList.toggle('failed', failed === true);
      },
    });
  }

  function select(id: number): void {
    chosen = id;
    draw();
    choose(id);
  }

  function drawTrace(): void {
    const root = spans.shown(chosen);
    if (!root) return trace.replaceChildren(hint);
    const { steps, later } = spans.stepsOf(root.id);
    const endOf = (span: Span) => span.startedAt + (span.durationMs ?? 0);
    const from = Math.min(...steps.map(({ startedAt }) => startedAt));
    const span = Math.max(...steps.map(endOf)) - from || 1;
    if (!trace.querySelector('.timeline')) {
      trace.replaceChildren(
        h('p', { class: 'hint' }),
        h('ol', { class: 'timeline' }),
        h('ul', { class: 'later' }),
      );
    }
    const candidates = steps.find(({ candidates }) => candidates)?.candidates;
    const summary = `Visit ${root.visit ?? 'without an id'}, from the handshake to the last step: ${ms(span)}.`;
    const caveat = ` A stream record does not name its visit: ${candidates} were in progress, and this record may belong to another.`;
    setText(find('.hint', trace), summary + (candidates ? caveat : ''));
    keyed(find('.timeline', trace), steps, {
      key: ({ id }) => String(id),
      create: ({ id }) => entry(() => choose(id), h('span'), h('i', {}, h('b')), h('em')),
      update: (item, step) => {
        const [name, track, took] = [...item.firstElementChild!.children] as [Element, Element, Element];
        setText(name, step.name);
        setText(
          took,
          step.durationMs === undefined
            ? 'running'
            : step.kind === 'post'
              ? (step.note ?? '')
              : ms(step.durationMs),
        );
        const bar = track.firstElementChild as HTMLElement;
        bar.style.marginInlineStart = `${(100 * (step.startedAt - from)) / span}%`;
        bar.style.width = `${(100 * (step.durationMs ?? span - (step.startedAt - from))) / span}%`;
        item.classList.add(step.kind);
        item.firstElementChild!.classList.toggle('failed', step.failed === true);
      },
    });
    keyed(find('.later', trace), later.slice(-12), {
      key: ({ id }) => String(id),
      create: ({ id, name, startedAt }) =>
        entry(() => choose(id), `+${ms(startedAt - root.startedAt)} ${name}`),
    });
  }

  function draw(): void {
    drawVisits();
    drawTrace();
  }
  return {
    draw,
    clear() {
      chosen = undefined;
      draw();
    },
  };
}

const entry = (onclick: () => void, ...children: (Node | string)[]): HTMLElement =>
  h('li', {}, h('button', { type: 'button', onclick }, ...children));
