import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { VISITOR_COUNT_TABLE } from '../../local-cloud/counter-topology.ts';
import { engineBinary } from '../../local-cloud/dynamodb/engine-binary.ts';
import { spawnEngine, untilAnswers } from '../../local-cloud/dynamodb/engine-process.ts';
import { findFreePort } from '../../local-cloud/dynamodb/free-port.ts';
import { ensureTables } from '../../local-cloud/dynamodb/index.ts';
import { missingChromium } from '../support/chromium.ts';
import { startTestDatabase } from '../support/database.ts';
import { reportAttack } from './support/report.ts';
import { attackFromPage, FORGED_VISITS } from './support/scanning-page.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const skip = missingChromium();
const VICTIM = `VisitorCount-${randomUUID()}`;
const TABLE = {
  TableName: VICTIM,
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
  BillingMode: 'PAY_PER_REQUEST' as const,
};

test('control: a page finds an engine on 127.0.0.1 and adds visits', { skip }, async (t) => {
  const folder = temporaryFolder();
  const port = await findFreePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const engine = spawnEngine(engineBinary(), join(folder, 'database.sqlite'), endpoint);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  t.after(async () => {
    client.destroy();
    await engine.stop(1_000);
  });
  assert.equal(await untilAnswers(endpoint, engine, 15_000), 'answers');
  await ensureTables(client, [TABLE]);

  const ports = Array.from({ length: 400 }, (_, i) => port - 200 + i).filter((each) => each <= 65_535);
  const loot = await attackFromPage(t, { hosts: ['127.0.0.1'], ports, table: VICTIM });

  assert.deepEqual(loot.found, [endpoint]);
  assert.deepEqual(loot.forged, [endpoint]);
  const Key = { id: { S: 'visits#0' } };
  const { Item } = await client.send(new GetItemCommand({ TableName: VICTIM, Key }));
  assert.equal(Item?.['count']?.N, String(FORGED_VISITS));
});

test(
  'a page that knows the database’s port cannot reach it',
  { skip: skip || (process.platform === 'darwin' && 'macOS has only 127.0.0.1: see docs/security.md') },
  async (t) => {
    const database = await startTestDatabase();
    t.after(() => database.close());
    const port = Number(new URL(database.endpoint).port);
    const names = ['localhost', '127.0.0.1', '[::1]', '0.0.0.0', '127.0.0.2', '127.1.1.1'];
    const guesses = Array.from({ length: 500 }, (_, i) => `127.${(i % 254) + 1}.${(i * 7) % 256}.1`);

    const loot = await attackFromPage(t, {
      hosts: [...names, ...guesses],
      ports: [port],
      table: VISITOR_COUNT_TABLE,
    });

    assert.equal(loot.requests, 506);
    assert.deepEqual(loot.found, []);
    assert.equal(await database.counterItem('visits#0'), undefined);
    await reportAttack(t, {
      attack: 'Find the database from a web page and add visits',
      before: `the page found the port on 127.0.0.1 and added ${FORGED_VISITS} visits`,
      result: `${loot.found.length} databases found at ${loot.requests} addresses, the port being known`,
    });
  },
);
