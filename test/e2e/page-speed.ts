/**
 * Measures how fast the page is on a slow phone. Not a test, because the result depends on the machine:
 *
 *     node --import tsx test/e2e/page-speed.ts [RESUME] [RUNS]
 *
 * Alternates with a control, a page of one line without styles or script: its time is the network's and the machine's.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { lighthouse } from './page-lighthouse.ts';
import { pageSite } from './page-site.ts';

const [resumeFile = 'test/fixtures/resumes/engineer.json', runs = '5'] = process.argv.slice(2);

const CONTROL =
  '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Control</title><h1>Control</h1>';

const site = await pageSite({ resumeFile });
site.answer({ count: 12_408, viewers: 3, rev: 7 });
const control = createServer((_, response) => {
  response.setHeader('content-type', 'text/html').end(CONTROL);
});
await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
const controlUrl = `http://127.0.0.1:${(control.address() as AddressInfo).port}/`;

const paints: number[] = [];
const controlPaints: number[] = [];
for (let run = 1; run <= Number(runs); run++) {
  const { scores, largestPaint, layoutShift } = await lighthouse(site.url);
  paints.push(largestPaint);
  controlPaints.push((await lighthouse(controlUrl)).largestPaint);
  const rounded = Object.entries(scores).map(([category, score]) => `${category} ${Math.round(score * 100)}`);
  console.log(
    `run ${run}: ${rounded.join(', ')}; largest paint ${Math.round(largestPaint)} ms, layout shift ${layoutShift}`,
  );
}
await site.close();
control.close();
for (const [page, times] of Object.entries({ page: paints, control: controlPaints })) {
  times.sort((a, b) => a - b);
  const [best, median] = [times[0]!, times[Math.floor(times.length / 2)]!].map(Math.round);
  console.log(`largest paint of the ${page}: best ${best} ms, median ${median} ms`);
}
