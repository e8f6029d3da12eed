/** /metrics of a running server, which only its owner can read. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { connectClient } from '../support/client.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const data = temporaryFolder('cloud-resume-data-');
let server: RunningServer;
before(async () => {
  server = await startServer(data);
});
after(async () => {
  await server?.kill();
});

const metrics = (headers: Record<string, string> = {}) => fetch(`${server.url}metrics`, { headers });

const isComplete = (text: string) =>
  /^cloud_resume_visits_counted_total\{.*\} 2$/m.test(text) && text.includes('visit_to_seen');

test('reports visits, posts and the time until every page has a visit', async () => {
  const first = await connectClient(server.url, { visit: 'visit-one' });
  const second = await connectClient(server.url, { visit: 'visit-two' });
  await first.until(({ count, viewers }) => count === 2 && viewers === 2);
  await second.until(({ count }) => count === 2);
  await Promise.all([first.close(), second.close()]);
  // A function's log may reach the server after its answer.
  let text = '';
  for (let tries = 0; tries < 100 && !isComplete(text); tries++) {
    if (tries > 0) await setTimeout(100);
    const response = await metrics();
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type')!, /^text\/plain; version=0\.0\.4/);
    text = await response.text();
  }
  assert.ok(isComplete(text), text);
  assert.match(text, /^cloud_resume_visit_to_seen_seconds_bucket\{service="broadcaster",.*,le="60"\} [12]$/m);
  assert.match(text, /^cloud_resume_posts_total\{service="broadcaster",.*\} \d+$/m);
  assert.match(text, /^cloud_resume_up 1$/m);
});

test('rejects everyone but the owner', async () => {
  assert.equal((await metrics({ 'x-forwarded-for': '192.0.2.1' })).status, 404);
});
