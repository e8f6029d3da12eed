/** The script of `/how`: the counter, and what this browser measures of it. */
import { parseSnapshot } from '../../contract/messages.ts';
import { restoreColorScheme, wireColorSchemeSwitch } from '../client/color-scheme.ts';
import { connectCounter } from '../client/connect-counter.ts';
import type { CounterEnv } from '../client/live-counter.ts';
import { light } from './light.ts';

/** Frames kept on the page. */
const MAX_FRAMES = 50;

restoreColorScheme(document.documentElement);

addEventListener('DOMContentLoaded', () => {
  wireColorSchemeSwitch(document);
  connectCounter(document, observed);
  void showEdge();
  const navigation = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined;
  if (navigation?.type === 'reload')
    fact('identity', 'You reloaded this page. It sent the same visit id, so you were not counted again.');
});

/** Wraps the counter's environment: every frame passes through, and nothing else changes. */
function observed(env: CounterEnv): CounterEnv {
  return {
    ...env,
    connect(listener) {
      const started = performance.now();
      let openedAt = 0;
      let helloAt = 0;
      const socket = env.connect({
        opened() {
          openedAt = performance.now();
          fact(
            'handshake',
            `Answered in ${ms(openedAt - started)}. By then, one transaction had written your visit, the counter and your connection.`,
          );
          light('handshake');
          listener.opened();
        },
        message(text) {
          frame('in', text);
          const snapshot = parseSnapshot(text);
          if (snapshot && helloAt) {
            fact('snapshot', `Answered in ${ms(performance.now() - helloAt)}, at revision ${snapshot.rev}.`);
            helloAt = 0;
            light('snapshot');
            ceiling(text);
          } else if (snapshot) {
            const pages = snapshot.viewers === 1 ? 'this page' : `${snapshot.viewers} pages`;
            const after = ms(performance.now() - openedAt);
            fact('broadcast', `Revision ${snapshot.rev} went to ${pages}, ${after} after your handshake.`);
            light('broadcast');
          } else light('ping');
          listener.message(text);
        },
        closed() {
          listener.closed();
        },
      });
      return {
        send(message) {
          if (message.action === 'hello') helloAt = performance.now();
          frame('out', JSON.stringify(message));
          socket.send(message);
        },
        close: () => socket.close(),
      };
    },
  };
}

/** The snapshot carries the deployment's ceiling, because built pages are the same in every environment. */
function ceiling(text: string): void {
  const { ceilingUsdPerHour } = JSON.parse(text) as { ceilingUsdPerHour?: unknown };
  if (typeof ceilingUsdPerHour !== 'number' || !(ceilingUsdPerHour > 0)) return;
  fact(
    'ceiling',
    `No load can make this counter cost more than about $${ceilingUsdPerHour.toFixed(2)} an hour: its limits see to that.`,
  );
}

async function showEdge(): Promise<void> {
  try {
    const { headers } = await fetch(location.pathname, { method: 'HEAD', cache: 'no-store' });
    const place = headers.get('x-amz-cf-pop');
    if (/^(Miss|RefreshHit)/.test(headers.get('x-cache') ?? '')) light('page');
    fact(
      'edge',
      place
        ? `CloudFront location ${place}: ${headers.get('x-cache') ?? 'cache status unknown'}.`
        : 'This machine: no CloudFront in between.',
    );
  } catch {
    // Offline, or opened from disk: the sentence in the page stays.
  }
}

function fact(name: string, text: string): void {
  document.querySelectorAll<HTMLElement>(`[data-fact=${name}]`).forEach((element) => {
    element.textContent = text;
    element.hidden = false;
  });
}

function frame(direction: 'in' | 'out', text: string): void {
  const list = document.querySelector('[data-frames]');
  if (!list) return;
  document.querySelector<HTMLElement>('[data-frames-empty]')!.hidden = true;
  const item = document.createElement('li');
  const time = new Date().toISOString().slice(11, 23);
  item.textContent = `${time} ${direction === 'in' ? '← received' : '→ sent'} `;
  const code = document.createElement('code');
  code.textContent = text;
  item.append(code);
  list.prepend(item);
  while (list.children.length > MAX_FRAMES) list.lastElementChild!.remove();
}

function ms(duration: number): string {
  return `${Math.max(1, Math.round(duration))} ms`;
}
