import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHAPTERS } from '../chapters.ts';
import { checkFact } from '../fact.ts';
import { deployedTarget } from './deployed.ts';
import { localTarget } from './local.ts';

test('the facts that need only a URL can be verified on a stage that cannot be scripted', async () => {
  const stage = await localTarget.deploy();
  const target = deployedTarget(stage.webSocketUrl)!;
  const outcomes = new Map<string, string>();
  for (const { facts } of CHAPTERS)
    for (const fact of facts) outcomes.set(fact.name, await checkFact(fact, target, 20_000));
  await stage.dispose();

  const count = (outcome: string) => [...outcomes.values()].filter((each) => each === outcome).length;
  assert.deepEqual(
    [...outcomes].filter(([, outcome]) => outcome === 'differs'),
    [],
  );
  assert.ok(count('holds') >= 20, `${count('holds')} facts verified`);
  assert.ok(count('untested') >= 20, `${count('untested')} facts need more than a URL`);
});

test('without a URL there is no such target', () => {
  assert.equal(deployedTarget(''), undefined);
});
