/** Everything about one span: the event as the function got it, to read, copy, edit and replay. */
import type { ConsoleFunction, SpanDetail } from '../../contract/console.ts';
import type { InvocationResult } from '../../local-cloud/invocation.ts';
import { call, find, h, ms } from './dom.ts';

export interface DetailView {
  show(id: number): void;
  clear(): void;
}

export function createDetailView(of: () => string, functions: () => ConsoleFunction[]): DetailView {
  const place = find('[data-detail]');
  return {
    show(id) {
      call<SpanDetail>(`/spans/${id}?of=${of()}`).then(
        (detail) => place.replaceChildren(...describe(detail, functions(), of())),
        (error: Error) => place.replaceChildren(h('p', { role: 'alert' }, error.message)),
      );
    },
    clear: () => place.replaceChildren(),
  };
}

function describe(detail: SpanDetail, functions: ConsoleFunction[], of: string): HTMLElement[] {
  const { span, event, context, log, result, error, frame, functionName } = detail;
  const fn = functions.find(({ name }) => name === functionName);
  return [
    h('h3', {}, span.name),
    facts(detail, fn),
    ...(frame === undefined ? [] : [block('Frame', pretty(frame))]),
    ...(event === undefined || functionName === undefined ? [] : [eventEditor(event, functionName, of)]),
    ...(error
      ? [block('Error', [`${error.errorType}: ${error.errorMessage}`, ...(error.trace ?? [])].join('\n'))]
      : []),
    ...(result === undefined ? [] : [block('Result', pretty(result))]),
    ...(event === undefined ? [] : [block('Log', log.join('\n') || 'The function wrote nothing.')]),
    ...(context ? [block('Context', JSON.stringify(context, null, 2))] : []),
    ...(fn ? [block('Environment variables (names)', fn.variables.join('\n'))] : []),
  ];
}

function facts(
  { span, handlerMs, coldStartMs, maxMemoryUsed, requestId }: SpanDetail,
  fn?: ConsoleFunction,
): HTMLElement {
  const { kind, durationMs, note, visit, connectionId, startedAt } = span;
  // A post and a disconnect are observed once they have happened.
  const isMoment = kind === 'post' || kind === 'disconnect';
  const handler = handlerMs === undefined ? '' : `, of which ${ms(handlerMs)} in the handler`;
  const start = coldStartMs === undefined ? 'warm' : `cold: ${ms(coldStartMs)} to load`;
  const memory = `${maxMemoryUsed} MB used at most by its process${fn ? `; the function has ${fn.memorySize} MB` : ''}`;
  const rows = {
    [isMoment ? 'At' : 'Began']: new Date(startedAt).toISOString().slice(11, 23),
    Took: !isMoment && (durationMs === undefined ? 'not finished' : ms(durationMs) + handler),
    Outcome: note,
    Start: handler && start,
    Memory: maxMemoryUsed && memory,
    Visit: visit,
    Connection: connectionId,
    Request: requestId,
  };
  const shown = Object.entries(rows).filter((row): row is [string, string] => Boolean(row[1]));
  return h('dl', {}, ...shown.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
}

function eventEditor(event: string, functionName: string, of: string): HTMLElement {
  const editor = h('textarea', {
    rows: 12,
    spellcheck: 'false',
    'aria-label': `Event of ${functionName}, editable`,
  });
  editor.value = pretty(event);
  const answer = h('div', { role: 'status', class: 'answer' });
  const say = (title: string, text: string, failed = false) => {
    answer.replaceChildren(block(title, text));
    answer.classList.toggle('failed', failed);
  };
  const replay = () => {
    say('Replay', 'Running …');
    call<InvocationResult>(`/replay?of=${of}`, { functionName, event: editor.value }).then(
      ({ functionError, payload, durationMs }) => {
        if (!functionError)
          return say(`Replay: result after ${ms(durationMs)}`, JSON.stringify(payload, null, 2) ?? 'nothing');
        const { errorType, errorMessage, trace = [] } = functionError;
        say(
          `Replay: failed after ${ms(durationMs)}`,
          [`${errorType}: ${errorMessage}`, ...trace].join('\n'),
          true,
        );
      },
      (error: Error) => say('Replay: not possible', error.message, true),
    );
  };
  const copy = () => {
    const fixture = `/** Recorded in the console on ${new Date().toISOString().slice(0, 10)}. */\nexport const event = ${editor.value};\n`;
    navigator.clipboard.writeText(fixture).then(
      () => say('Copied as a test fixture', fixture.split('\n', 1)[0]!),
      () => say('The browser does not allow copying: copy it from here', fixture, true),
    );
  };
  return h(
    'div',
    {},
    h('h4', {}, 'Event'),
    editor,
    h(
      'p',
      { class: 'buttons' },
      h('button', { type: 'button', onclick: replay }, 'Replay'),
      h('button', { type: 'button', onclick: copy }, 'Copy as test fixture'),
    ),
    answer,
  );
}

function block(title: string, text: string): HTMLElement {
  return h(
    'div',
    {},
    h('h4', {}, title),
    h('pre', { tabindex: 0, 'aria-label': title, role: 'group' }, text),
  );
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
