import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRebuilder } from './rebuilder.ts';

/** A build that ends when the test says so. */
function scriptedBuild() {
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const reports: (string | undefined)[] = [];
  const changed = createRebuilder(
    () => new Promise<void>((resolve, reject) => ends.push({ resolve, reject })),
    (error) => reports.push(error?.message),
  );
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return { ends, reports, changed, settle };
}

test('many changes during a build start one more build', async () => {
  const { ends, reports, changed, settle } = scriptedBuild();
  changed();
  assert.equal(ends.length, 1);
  for (let i = 0; i < 5; i++) changed();
  assert.equal(ends.length, 1, 'never two builds at the same time');
  ends[0]!.resolve();
  await settle();
  assert.equal(ends.length, 2);
  ends[1]!.resolve();
  await settle();
  assert.equal(ends.length, 2);
  assert.deepEqual(reports, [undefined, undefined]);
});

test('reports a failed build and builds again at the next change', async () => {
  const { ends, reports, changed, settle } = scriptedBuild();
  changed();
  ends[0]!.reject(new Error('resume.json:3:1 is not JSON'));
  await settle();
  changed();
  ends[1]!.resolve();
  await settle();
  assert.deepEqual(reports, ['resume.json:3:1 is not JSON', undefined]);
});
