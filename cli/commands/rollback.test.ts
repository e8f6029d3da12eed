import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseRelease } from './rollback.ts';

const state = { live: 'second', previous: 'first' };
for (const [what, deployed, current, release] of [
  ['a commit that failed its smoke test', state, 'third', 'second'],
  ['a checkout with changes', state, undefined, 'second'],
  ['a release that works but is not wanted', state, 'second', 'first'],
] as const)
  test(`rolls back from ${what}`, () => assert.equal(chooseRelease(deployed, current), release));

for (const [what, deployed, current] of [
  ['the first release', { live: 'first' }, 'first'],
  ['an environment that was never deployed', undefined, undefined],
] as const)
  test(`does not roll back from ${what}`, () =>
    assert.throws(() => chooseRelease(deployed, current), { remedy: /--to COMMIT/ }));
