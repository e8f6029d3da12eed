/** Which visit the page shows, and what belongs to it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Span } from '../../contract/console.ts';
import { Spans } from './spans.ts';

const handshake = (id: number): Span => ({
  id,
  kind: 'handshake',
  name: 'Handshake',
  node: 'api-gateway',
  startedAt: id,
  trace: id,
});

test('shows the newest visit until one is chosen, and again when that one is gone', () => {
  const spans = new Spans();
  assert.equal(spans.shown(undefined), undefined);
  spans.add([handshake(1), handshake(2)]);
  assert.equal(spans.shown(undefined)?.id, 2);
  assert.equal(spans.shown(1)?.id, 1);
  spans.add([handshake(3)]);
  assert.equal(spans.shown(undefined)?.id, 3);
  assert.equal(spans.shown(1)?.id, 1);
  spans.clear();
  spans.add([handshake(4)]);
  assert.equal(spans.shown(1)?.id, 4);
});

test('a visit has its steps, its batch and the posts of it, in order of time; later messages are separate', () => {
  const spans = new Spans();
  const step = (id: number, kind: Span['kind'], more: Partial<Span>): Span => ({
    ...handshake(id),
    kind,
    ...more,
  });
  spans.add([
    handshake(1),
    step(2, 'invocation', { trace: 1, parent: 1 }),
    step(3, 'record', { trace: 1, parent: 2, leadsTo: 4 }),
    { id: 4, kind: 'batch', name: 'Batch', node: 'broadcaster', startedAt: 4 },
    { id: 5, kind: 'post', name: 'Post', node: 'browser', startedAt: 5, parent: 4 },
    step(6, 'message', { trace: 1, parent: 1 }),
    step(7, 'invocation', { trace: 1, parent: 6 }),
    handshake(8),
  ]);
  const { steps, later } = spans.stepsOf(1);
  assert.deepEqual(
    [steps, later].map((list) => list.map(({ id }) => id)),
    [
      [1, 2, 3, 4, 5],
      [6, 7],
    ],
  );
});
