/** Break it: the buttons, and both designs next to the truth. */
import type { LabState, Verdict } from '../../contract/console.ts';
import { call, find, h, keyed, number, setText, time } from './dom.ts';

const ROWS: [string, (verdict: Verdict) => string, isBad?: (verdict: Verdict) => boolean][] = [
  ['Distinct visits sent', ({ sent }) => number(sent)],
  ['Handshakes they took', ({ handshakes }) => number(handshakes)],
  ['Still trying', ({ waiting }) => number(waiting)],
  ['Count', ({ count }) => number(count)],
  ['Lost', ({ lost }) => number(lost), ({ lost }) => lost > 0],
  ['Doubled', ({ doubled }) => number(doubled), ({ doubled }) => doubled > 0],
  ['Pages open', ({ open }) => number(open)],
  ['… that show the true count', ({ current }) => number(current)],
  ['Posts', ({ posts }) => number(posts)],
  ['Faults met', ({ faults }) => number(faults)],
  ['Cost so far', ({ dollars }) => `$${dollars.toFixed(6)}`],
];

export function wireLab(): (state: LabState) => void {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('[data-action]')];
  const place = find('[data-lab]');
  const table = h(
    'table',
    {},
    h('caption', { class: 'sr' }, 'Both designs under the same load'),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('td'),
        h('th', { scope: 'col' }, 'This design'),
        h('th', { scope: 'col' }, 'The first design'),
      ),
    ),
    h('tbody', {}, ...ROWS.map(([name]) => h('tr', {}, h('th', { scope: 'row' }, name), h('td'), h('td')))),
  );
  for (const button of buttons)
    button.addEventListener('click', () => {
      call('/lab', { action: button.dataset['action'] }).catch((error: Error) =>
        place.replaceChildren(h('p', { role: 'alert' }, error.message)),
      );
    });

  return ({ state, ours, firstDesign, faultRate, losesDisconnects, story }) => {
    for (const button of buttons) {
      button.disabled = state === 'starting';
      const pressed = { 'toggle-faults': faultRate > 0, 'toggle-disconnects': losesDisconnects }[
        button.dataset['action']!
      ];
      if (pressed !== undefined) button.setAttribute('aria-pressed', String(pressed));
    }
    if (state !== 'off' && !table.isConnected) place.replaceChildren(table);
    [ours, firstDesign].forEach((verdict, column) =>
      ROWS.forEach(([, text, isBad], row) => {
        const cell = table.tBodies[0]!.rows[row]!.cells[column + 1]!;
        setText(cell, verdict ? text(verdict) : '–');
        cell.classList.toggle('bad', verdict !== undefined && isBad?.(verdict) === true);
      }),
    );
    keyed(find('[data-story]'), story.toReversed(), {
      key: ({ at, text }) => `${at} ${text}`,
      create: ({ at, text }) => h('li', {}, h('time', {}, time(at)), ` ${text}`),
    });
  };
}
