/** `npm run export` and `npm run import`, against a running server, an idle folder and another DynamoDB. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { connectClient } from '../../test/support/client.ts';
import { command } from '../../test/support/command.ts';
import { startTestDatabase } from '../../test/support/database.ts';
import { startServer, type RunningServer } from '../../test/support/server.ts';

const folder = temporaryFolder();
let server: RunningServer;
before(async () => void (server = await startServer(join(folder, 'data'))));
after(() => server?.stop());

test('a count moves from a running server to an idle folder, and to another DynamoDB', async () => {
  for (const visit of ['visit-001', 'visit-002']) await (await connectClient(server.url, { visit })).close();
  const file = join(folder, 'count.jsonl');
  assert.match(
    await command('export', '--data', join(folder, 'data'), '--out', file),
    /count\.jsonl: 2 visits of the data folder .*data, 2 of them in the last 24 hours\.\n$/,
  );

  const idle = join(folder, 'idle');
  assert.match(await command('import', file, '--data', idle), /^Added 2 visits to .*idle; it now counts 2\./);
  assert.match(
    await command('import', file, '--data', idle),
    /idle already contains this export: nothing was added\. It counts 2\.\n$/,
  );

  const elsewhere = await startTestDatabase();
  process.env['DYNAMODB_ENDPOINT'] = elsewhere.endpoint;
  try {
    assert.match(await command('import', file), /^Added 2 visits to the DynamoDB at http/);
    await command('export', '--out', file, '--replace');
  } finally {
    delete process.env['DYNAMODB_ENDPOINT'];
    await elsewhere.close();
  }
});

test('a running server’s open pages show an imported and a set count', async () => {
  const data = join(folder, 'data');
  const file = join(folder, 'another.jsonl');
  await writeFile(
    file,
    '{"format":"cloud-resume-count","version":3,"id":"another-export","exportedAt":"2026-11-24T15:00:00Z","count":5,"remembered":0,"days":0,"links":0}\n',
  );
  const page = await connectClient(server.url, { visit: 'visit-001' });
  const { count } = await page.until(() => true);

  await command('import', file, '--data', data);
  await page.until((snapshot) => snapshot.count === count + 5);
  assert.match(await command('import', '--set', '1042', '--data', data), / now counts 1,042\.\n$/);
  await page.until((snapshot) => snapshot.count === 1_042);

  await page.close();
});

test('an existing file is not overwritten', async () => {
  const file = join(folder, 'mine.txt');
  await writeFile(file, 'my diary');

  await assert.rejects(command('export', '--data', join(folder, 'data'), '--out', file), {
    message: /mine\.txt already exists\.$/,
    remedy: /--replace/,
  });

  assert.equal(await readFile(file, 'utf8'), 'my diary');
});

test('a folder that does not exist is named', () =>
  assert.rejects(
    command('export', '--data', join(folder, 'data'), '--out', join(folder, 'nowhere', 'count')),
    {
      message: /count cannot be written \(ENOENT\)/,
    },
  ));

test('a missing counter or a damaged file creates nothing', async () => {
  const data = join(folder, 'never');
  const file = join(folder, 'bad.jsonl');
  await writeFile(file, '{"format":"cloud-resume-count","version":3}\n');

  await assert.rejects(command('export', '--data', data, '--out', join(folder, 'x')), {
    message: /no counter in/,
  });
  await assert.rejects(command('import', file, '--data', data), {
    message: /bad\.jsonl:1: "id" is undefined/,
  });
  await assert.rejects(command('import', join(folder, 'none'), '--data', data), {
    message: /There is no .*none/,
  });

  assert.ok(!existsSync(data));
});
