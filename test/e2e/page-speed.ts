/**
 * How fast the page is on a slow phone; no test, because it depends on the machine:
 *
 *     node --import tsx test/e2e/page-speed.ts [RESUME] [RUNS]
 *
 * Each run is a fresh browser. Other work on the machine only ever makes a run slower, so the best one says most.
 */
import { lighthouse } from './page-lighthouse.ts';
import { pageSite } from './page-site.ts';

const [resumeFile = 'resume.json', runs = '5'] = process.argv.slice(2);

const site = await pageSite({ resumeFile });
site.answer({ count: 12_408, viewers: 3, rev: 7 });
const paints: number[] = [];
for (let run = 1; run <= Number(runs); run++) {
  const { scores, largestPaint, layoutShift } = await lighthouse(site.url);
  paints.push(largestPaint);
  const rounded = Object.entries(scores).map(([category, score]) => `${category} ${Math.round(score * 100)}`);
  console.log(
    `run ${run}: ${rounded.join(', ')}; largest paint ${Math.round(largestPaint)} ms, layout shift ${layoutShift}`,
  );
}
await site.close();
paints.sort((a, b) => a - b);
console.log(
  `largest paint: best ${Math.round(paints[0]!)} ms, median ${Math.round(paints[Math.floor(paints.length / 2)]!)} ms`,
);
