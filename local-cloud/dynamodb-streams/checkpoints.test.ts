import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createFileCheckpointStore, type Checkpoints } from './checkpoints.ts';

const CHECKPOINTS: Checkpoints = {
  streamArn: 'arn:stream',
  shards: { 'shard-1': { sequenceNumber: '42' }, 'shard-0': { finished: true } },
};

async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'cloud-resume-checkpoints-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('what was saved is loaded, by another store too', async (t) => {
  const path = join(await directory(t), 'made', 'when', 'needed');

  await createFileCheckpointStore(path).save('mapping/1', CHECKPOINTS);

  assert.deepEqual(await createFileCheckpointStore(path).load('mapping/1'), CHECKPOINTS);
  assert.deepEqual(await readdir(path), ['mapping%2F1.json']);
});

test('nothing has been kept at first', async (t) => {
  assert.equal(await createFileCheckpointStore(await directory(t)).load('mapping'), undefined);
});

test('a half-written file of a crash is not read', async (t) => {
  const path = await directory(t);
  const store = createFileCheckpointStore(path);
  await store.save('mapping', CHECKPOINTS);
  await writeFile(join(path, 'mapping.json.new'), '{"streamArn": "arn:str');

  assert.deepEqual(await store.load('mapping'), CHECKPOINTS);
});

for (const text of ['', '[]', '{"streamArn": 1}', '{"streamArn":"arn"}', 'null']) {
  test(`a file that holds ${JSON.stringify(text)} is named, with what to do about it`, async (t) => {
    const path = await directory(t);
    await writeFile(join(path, 'mapping.json'), text);

    await assert.rejects(
      createFileCheckpointStore(path).load('mapping'),
      /mapping\.json does not hold stream checkpoints\. Delete it/,
    );
  });
}
