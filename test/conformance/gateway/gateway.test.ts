/** API Gateway's WebSocket API, fact by fact, against the local cloud and, if its URL is set, a stage on AWS. */
import { describe } from 'node:test';
import { CHAPTERS } from './chapters.ts';
import { testChapter } from './fact.ts';
import { deployedTarget } from './targets/deployed.ts';
import { localTarget } from './targets/local.ts';

for (const target of [localTarget, deployedTarget()]) {
  if (!target) continue;
  describe(target.name, () => {
    for (const chapter of CHAPTERS) testChapter(chapter, target);
  });
}
