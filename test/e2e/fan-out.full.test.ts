/** Fan-out with a small audience: the broadcaster invokes workers through Lambda's API, and every page ends with the same numbers. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { localTopology } from '../../local-cloud/counter-topology.ts';
import { buildFunctions } from '../../functions/build.ts';
import { startLocalCloud, type LocalCloud } from '../../local-cloud/index.ts';
import { connectClient } from '../support/client.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const VIEWERS = 60;
const data = temporaryFolder('cloud-resume-data-');
let cloud: LocalCloud;
const lines: string[] = [];

before(async () => {
  const functionsDirectory = join(data, 'functions');
  await buildFunctions({ outDirectory: functionsDirectory });
  cloud = await startLocalCloud({
    topology: (allowedOrigins) =>
      localTopology({ functionsDirectory, allowedOrigins, fanOutViewers: 20, postsPerSecond: 1_000 }),
    dataDirectory: join(data, 'data'),
    host: '127.0.0.1',
    port: 0,
    log: (_, message) => lines.push(message),
  });
});
after(async () => {
  await cloud?.close();
});

test('sixty viewers, twenty per worker, all see the last visit', async () => {
  const clients = await Promise.all(
    Array.from({ length: VIEWERS }, (_, i) => connectClient(cloud.url, { visit: `viewer-number-${i}` })),
  );
  const allSee = (count: number, viewers: number) =>
    Promise.all(
      clients.map((client) => client.until((seen) => seen.count === count && seen.viewers === viewers)),
    );
  await allSee(VIEWERS, VIEWERS);

  const last = await connectClient(cloud.url, { visit: 'the-last-visitor' });
  await allSee(VIEWERS + 1, VIEWERS + 1);
  await last.until((seen) => seen.count === VIEWERS + 1);

  assert.ok(
    lines.some((line) => line.includes('"fanned out"') && line.includes('"totalSegments":4')),
    'the broadcast went through workers',
  );
  await Promise.all([...clients, last].map((client) => client.close()));
});
