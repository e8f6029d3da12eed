/** The commands `npm run export` and `npm run import`, as people run them. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { connectClient } from '../../test/support/client.ts';
import { startTestDatabase } from '../../test/support/database.ts';
import { startServer, type RunningServer } from '../../test/support/server.ts';

let folder: string;
let server: RunningServer;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloud-resume-count-'));
  server = await startServer(join(folder, 'data'));
});
after(async () => {
  await server?.stop();
  await rm(folder, { recursive: true });
});

interface Result {
  code: number;
  output: string;
}
const command =
  (name: 'export' | 'import') =>
  (args: string[], environment: Record<string, string> = {}): Promise<Result> =>
    new Promise((resolve) => {
      const options = { env: { ...process.env, ...environment }, timeout: 60_000 };
      execFile(
        process.execPath,
        ['--import', 'tsx', `cli/commands/${name}.ts`, ...args],
        options,
        (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
      );
    });
const leave = command('export');
const enter = command('import');

function refused({ code, output }: Result, pattern: RegExp): void {
  assert.equal(code, 1, output);
  assert.match(output, pattern);
  assert.doesNotMatch(output, /^\s+at /m, 'no stack trace');
}

test('out of a running server, into an idle folder, into another DynamoDB, and back into the running server', async () => {
  for (const visit of ['visit-001', 'visit-002']) await (await connectClient(server.url, { visit })).close();
  const file = join(folder, 'count.jsonl');
  const data = join(folder, 'data');
  const written = await leave(['--data', data, '--out', file]);
  assert.equal(written.code, 0, written.output);
  assert.match(written.output, /count\.jsonl: 2 visits of the data folder .*data, 2 of them remembered\.\n$/);

  const idle = join(folder, 'idle');
  assert.match(
    (await enter([file, '--data', idle])).output,
    /^2 of 2 visits were new to .*idle; it now counts 2\./,
  );
  assert.match(
    (await enter([file, '--data', idle])).output,
    /^All 2 visits were in .* already; it counts 2\.\n$/,
  );

  const elsewhere = await startTestDatabase();
  try {
    const environment = { DYNAMODB_ENDPOINT: elsewhere.endpoint };
    assert.match(
      (await enter([file], environment)).output,
      /^2 of 2 visits were new to the DynamoDB at http/,
    );
    await elsewhere.client.send(
      new UpdateItemCommand({
        TableName: elsewhere.visitorCountTable,
        Key: { id: { S: 'visits#3' } },
        UpdateExpression: 'ADD #count :five',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':five': { N: '5' } },
      }),
    );
    assert.equal((await leave(['--out', file, '--replace'], environment)).code, 0);
  } finally {
    await elsewhere.close();
  }
  const page = await connectClient(server.url, { visit: 'visit-001' });
  assert.match((await enter([file, '--data', data])).output, /^5 of 7 visits were new to .* now counts 7\./);
  // The open page is told.
  await page.until(({ count }) => count === 7);
  await page.close();
});

test('a file that exists is not overwritten, and nothing half-written stays', async () => {
  const file = join(folder, 'mine.txt');
  await writeFile(file, 'my diary');
  refused(
    await leave(['--data', join(folder, 'data'), '--out', file]),
    /mine\.txt exists already\.\n.*--replace/,
  );
  assert.equal(await readFile(file, 'utf8'), 'my diary');
  refused(
    await leave(['--data', join(folder, 'data'), '--out', join(folder, 'nowhere', 'count.jsonl')]),
    /count\.jsonl cannot be written \(ENOENT\)/,
  );
});

test('a folder without a counter is not made into one by looking', async () => {
  const empty = join(folder, 'empty');
  refused(
    await leave(['--data', empty, '--out', join(folder, 'x.jsonl')]),
    /no counter in the data folder .*empty/,
  );
  assert.ok(!existsSync(empty));
});

test('a bad file is refused with its line before anything is opened', async () => {
  const file = join(folder, 'bad.jsonl');
  await writeFile(file, '{"format":"cloud-resume-count","version":1}\n');
  refused(await enter([file, '--data', join(folder, 'never')]), /bad\.jsonl:1: "exportedAt" is undefined/);
  assert.ok(!existsSync(join(folder, 'never')));
});

test('what is missing or too much is named', async () => {
  refused(await leave([]), /No file was given\.\n.*--out count\.jsonl/);
  refused(await enter([]), /No file was given\./);
  refused(await enter(['a', 'b']), /2 files were given/);
  refused(await enter([join(folder, 'none.jsonl')]), /There is no .*none\.jsonl/);
  refused(
    await leave(['--data', folder, '--env', 'production', '--out', 'x']),
    /--data and --env were both given/,
  );
  for (const run of [leave, enter]) {
    const { code, output } = await run(['--help']);
    assert.equal(code, 0);
    assert.match(output, /--data FOLDER[\s\S]*--env NAME[\s\S]*Exit codes/);
  }
});
