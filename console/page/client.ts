/** The script of the console's page: one event stream in, and what is drawn from it. */
import type { ConsoleEvents, ConsoleFunction, Source, Span } from '../../contract/console.ts';
import { light } from '../../site/how/light.ts';
import { createDetailView } from './detail.ts';
import { find, setText } from './dom.ts';
import { wireLab } from './lab.ts';
import { Live } from './live.ts';
import { Spans } from './spans.ts';
import { createTraceView } from './trace.ts';

let source: Source = location.hash === '#lab' ? 'lab' : 'site';
let functions: ConsoleFunction[] = [];
let events: EventSource | undefined;
const spans = new Spans();
const of = () => source;
const detail = createDetailView(of, () => functions);
const trace = createTraceView(spans, (id) => detail.show(id));
const live = new Live(of);
const drawLab = wireLab();

let isDrawing = false;
/** Draws at most once a frame, and not at all in a hidden tab. */
function draw(): void {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    trace.draw();
  });
}

const on: { [N in keyof ConsoleEvents]: (value: ConsoleEvents[N]) => void } = {
  reset(state) {
    functions = state.functions;
    spans.clear();
    for (const radio of document.querySelectorAll<HTMLInputElement>('[name=source]')) {
      radio.disabled = !state.sources.includes(radio.value as Source);
      radio.checked = radio.value === source;
    }
    // `npm run demo` has an experiment and no site.
    const [only] = state.sources;
    if (only && !state.sources.includes(source)) watch(only);
    draw();
  },
  spans(news) {
    const known = new Set(
      news.filter(({ id }) => spans.get(id)?.durationMs !== undefined).map(({ id }) => id),
    );
    spans.add(news);
    for (const span of news) if (!known.has(span.id)) lightFor(span);
    draw();
  },
  tick(tick) {
    const { health, skipped } = tick;
    const state = health.status === 'ok' ? 'Everything works' : health.causes.join('; ');
    setText(
      find('[data-status]'),
      skipped > 0 ? `${state}. ${skipped} steps were too many to show.` : `${state}.`,
    );
    live.draw(tick);
  },
  lab(state) {
    drawLab(state);
    const radio = find<HTMLInputElement>('[name=source][value=lab]');
    radio.disabled = state.state !== 'running';
  },
};

/** Lights up the path of a step that has ended. */
function lightFor({ kind, name, durationMs, failed }: Span): void {
  if (durationMs === undefined || failed) return;
  if (kind === 'handshake') light('handshake');
  if (kind === 'batch') light('broadcast');
  if (kind === 'message') light(name.endsWith('hello') ? 'snapshot' : 'ping');
}

function watch(next: Source): void {
  if (next !== source) {
    live.clear();
    trace.clear();
    detail.clear();
  }
  source = next;
  events?.close();
  events = new EventSource(`/events?of=${source}`);
  events.onerror = () =>
    setText(find('[data-status]'), 'The console does not answer. Is the server still running?');
  for (const name of Object.keys(on) as (keyof ConsoleEvents)[])
    events.addEventListener(name, ({ data }) =>
      (on[name] as (value: unknown) => void)(JSON.parse(String(data))),
    );
}

for (const radio of document.querySelectorAll<HTMLInputElement>('[name=source]'))
  radio.addEventListener('change', () => watch(radio.value as Source));
watch(source);
