/** A disk that fills up while the server runs: a real one of 1 MB, which takes the right to mount. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectClient, RefusedError } from '../support/client.ts';
import { Journal } from '../../local-cloud/api-gateway/journal.ts';
import type { Health } from '../../local-cloud/health.ts';
import { requirement } from '../support/tools.ts';
import { PAGE, startCloud } from './support/cloud.ts';
import { reportAttack } from './support/report.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloud-resume-disk-'));
const mount = (...args: string[]) => spawnSync('mount', args, { encoding: 'utf8' }).status === 0;
const isMounted = process.platform === 'linux' && mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder);
const skip = requirement({
  what: 'the right to mount a tmpfs on Linux',
  found: isMounted,
  install: 'run the tests as root, or in a container with --cap-add SYS_ADMIN',
});

after(() => {
  if (isMounted) spawnSync('umount', ['--lazy', folder]);
  rmdirSync(folder);
});

/** Fills the disk to its last byte; returns what makes room again. */
function fillDisk(): () => void {
  const filler = join(folder, 'filler');
  const file = openSync(filler, 'w');
  for (const size of [4096, 1]) {
    try {
      for (;;) writeSync(file, Buffer.alloc(size));
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
    }
  }
  closeSync(file);
  return () => rmSync(filler);
}

test(
  'a full disk: the page stays, new connections get 503, and counting resumes when there is room',
  { skip },
  async (t) => {
    let invocations = 0;
    const faults: unknown[] = [];
    const onFault = (error: unknown) => faults.push(error);
    process.on('unhandledRejection', onFault);
    t.after(() => process.off('unhandledRejection', onFault));
    const cloud = await startCloud({
      dataDirectory: join(folder, 'data'),
      observe: (event) => {
        if (event.type === 'invocation' && event.functionName.endsWith('updater')) invocations += 1;
      },
    });
    t.after(cloud.close);
    /** Polls: a result of /healthz is reused for a second, and the disk is probed once a second. */
    async function healthUntil(condition: (health: Health) => boolean): Promise<Health> {
      for (let attempt = 0; attempt < 100; attempt++) {
        const health = await cloud.health();
        if (condition(health)) return health;
        await sleep(100);
      }
      throw new Error('The health did not change within 10 s.');
    }
    const visitor = await connectClient(cloud.url, { visit: 'a'.repeat(22) });
    visitor.send({ action: 'hello' });
    await visitor.until(({ count }) => count === 1);
    await healthUntil(({ status }) => status === 'ok');

    const makeRoom = fillDisk();
    const before = invocations;
    for (let i = 0; i < 20; i++) {
      await assert.rejects(
        connectClient(cloud.url),
        (error) => error instanceof RefusedError && error.statusCode === 503,
      );
    }
    assert.equal(invocations, before, 'no function was invoked for them');
    assert.equal(await (await fetch(cloud.url)).text(), PAGE);
    await healthUntil(({ status, causes }) => {
      const isNamed = causes.some((cause) => cause.includes('is full') && cause.includes(folder));
      return status === 'degraded' && isNamed;
    });
    // This writes to the database. Whether it succeeds depends on the pages that SQLite has left, but it is answered.
    visitor.send({ action: 'ping' });
    await once(visitor.socket, 'message');

    makeRoom();
    await healthUntil(({ status }) => status === 'ok');
    const next = await connectClient(cloud.url, { visit: 'b'.repeat(22) });
    next.send({ action: 'hello' });
    await next.until(({ count }) => count === 2);
    await Promise.all([visitor.close(), next.close()]);
    assert.deepEqual(faults, []);
    await reportAttack(t, {
      attack: 'Fill the disk (1 MB) while the server runs',
      before: 'the server ended, page included',
      result:
        'page served; 20 of 20 new connections 503 without an invocation; both visits counted once there was room',
    });
  },
);

test('a start on a full disk names the disk', { skip }, async (t) => {
  const makeRoom = fillDisk();
  t.after(makeRoom);

  await assert.rejects(startCloud({ dataDirectory: join(folder, 'data') }), {
    name: 'UserError',
    message: /^The disk that holds .*\/data is full\.$/,
    remedy: /^Free some space on it \(df -h /,
  });
});

test('the journal of connections survives a full disk', { skip }, (t) => {
  const path = join(folder, 'connections.journal');
  const journal = new Journal(path);
  t.after(() => journal.close());
  const connection = (connectionId: string) => ({
    connectionId,
    apiId: 'local',
    stage: 'live',
    domainName: 'localhost',
    identity: { sourceIp: '127.0.0.1' },
    connectedAt: 1,
  });
  assert.equal(journal.opened(connection('before')), true);
  const makeRoom = fillDisk();
  // The last page of the file has room for some entries; one of them is cut off in the middle.
  let recorded = 0;
  while (journal.opened(connection(`full-${recorded}`))) recorded += 1;
  assert.match(journal.problem ?? '', /ENOSPC/);
  makeRoom();
  assert.equal(journal.problem, undefined);
  assert.equal(journal.opened(connection('after')), true);
  const ids = new Journal(path).leftOver.map(({ connectionId }) => connectionId);
  const expected = ['before', ...Array.from({ length: recorded }, (_, i) => `full-${i}`), 'after'];
  assert.deepEqual(ids, expected);
});
