/** API Gateway's WebSocket API, fact by fact, against the local cloud and, if its URL is set, a stage on AWS. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CHAPTERS } from './chapters.ts';
import { checkFact, testChapter } from './fact.ts';
import { deployedTarget } from './targets/deployed.ts';
import { localTarget } from './targets/local.ts';

const url = process.env['CONFORMANCE_WEBSOCKET_URL'];

for (const target of [localTarget, ...(url ? [deployedTarget(url)] : [])])
  describe(target.name, () => {
    for (const chapter of CHAPTERS) testChapter(chapter, target);
  });

test('the facts that need only a URL can be verified on a stage that cannot be scripted', async () => {
  const stage = await localTarget.deploy();
  const target = deployedTarget(stage.webSocketUrl);
  const facts: Record<string, string[]> = { holds: [], untested: [], differs: [] };
  for (const fact of CHAPTERS.flatMap((chapter) => chapter.facts))
    facts[await checkFact(fact, target, 20_000)]!.push(fact.name);
  await stage.dispose();

  assert.deepEqual(facts['differs'], []);
  assert.ok(facts['holds']!.length >= 20, `${facts['holds']!.length} facts verified`);
  assert.ok(facts['untested']!.length >= 20, `${facts['untested']!.length} facts need more than a URL`);
});
