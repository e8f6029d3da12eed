import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { identify, isAlive, type ProcessIdentity } from '../../shared/process-identity.ts';
import { ensureTables, startDynamoDB, type DynamoDB, type DynamoDBOptions } from './index.ts';

const TABLE = {
  TableName: 'things',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
  BillingMode: 'PAY_PER_REQUEST' as const,
};

let dataDirectory: string;
let messages: string[];
const running = new Set<DynamoDB>();

beforeEach(() => {
  dataDirectory = temporaryFolder();
  messages = [];
});

afterEach(async () => {
  await Promise.all([...running].map((database) => database.stop()));
  running.clear();
});

describe('startDynamoDB', () => {
  it('keeps items across a restart, and leaves only the database file behind', async () => {
    const first = await start();
    await putThing(first.endpoint, 'kept');
    const engine = engineOf(first);
    await first.stop();

    assert.equal(first.status().state, 'stopped');
    assert.equal(isAlive(engine), false);
    assert.deepEqual(readdirSync(dataDirectory), ['dynamodb.sqlite']);
    const second = await start();
    assert.equal(await hasThing(second.endpoint, 'kept'), true);
  });

  it('restarts a killed engine on the same port with everything it had confirmed', async () => {
    const database = await start();
    const answersAgain = logged('answers again');
    await putThing(database.endpoint, 'confirmed');

    process.kill(engineOf(database).pid, 'SIGKILL');
    await answersAgain;

    const { state, restarts } = database.status();
    assert.deepEqual({ state, restarts }, { state: 'running', restarts: 1 });
    assert.equal(await hasThing(database.endpoint, 'confirmed'), true);
    assert.match(messages.join('\n'), /ended \(signal SIGKILL.*\)\. Restarting it/);
  });

  it('kills and restarts an engine that hangs', async () => {
    const database = await start({ limits: { checkIntervalMs: 20, hungMs: 500 } });
    await putThing(database.endpoint, 'confirmed');
    const answersAgain = logged('answers again');

    process.kill(engineOf(database).pid, 'SIGSTOP');
    await answersAgain;

    assert.match(messages.join('\n'), /has not answered for \d+ ms\. Killing it/);
    assert.ok(database.status().restarts > 0);
    assert.equal(await hasThing(database.endpoint, 'confirmed'), true);
  });

  it('reports a data folder that was replaced, and starts no engine in it', async () => {
    const database = await start({ limits: { checkIntervalMs: 20, restartDelaysMs: [20] } });
    await putThing(database.endpoint, 'confirmed');
    const moved = `${dataDirectory}-moved`;
    const refused = logged('deleted or replaced');

    renameSync(dataDirectory, moved);
    mkdirSync(dataDirectory);
    await eventually(() => database.status().problem?.includes('deleted or replaced') === true);
    process.kill(engineOf(database).pid, 'SIGKILL');
    await refused;
    assert.deepEqual(readdirSync(dataDirectory), []);
    rmSync(dataDirectory, { recursive: true });
    renameSync(moved, dataDirectory);
    await eventually(() => database.status().state === 'running' && !database.status().problem);

    assert.equal(await hasThing(database.endpoint, 'confirmed'), true);
  });

  it('can be stopped during a restart', async () => {
    const database = await start({ limits: { restartDelaysMs: [60_000] } });
    const engine = engineOf(database);
    const noticed = logged('Restarting it');

    process.kill(engine.pid, 'SIGKILL');
    await noticed;
    assert.equal(database.status().state, 'restarting');
    await database.stop();

    assert.equal(database.status().state, 'stopped');
  });

  it('leaves no engine behind when its server is killed, and the next server takes over', async () => {
    const server = spawn(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, 'fixtures/server.ts'), dataDirectory],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
    const { endpoint, engine } = JSON.parse(line) as { endpoint: string; engine: ProcessIdentity };
    await putThing(endpoint, 'confirmed');

    server.kill('SIGKILL');
    await once(server, 'exit');
    const next = await start();

    assert.equal(isAlive(engine), false);
    assert.equal(await hasThing(next.endpoint, 'confirmed'), true);
  });

  it('ends the engine of a server that is gone before it starts its own', async () => {
    const orphan = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    orphan.unref();
    const identity = identify(orphan.pid ?? 0);
    assert.ok(identity);
    writeFileSync(join(dataDirectory, 'dynamodb.pid'), JSON.stringify(identity));

    await start();

    assert.equal(isAlive(identity), false);
    assert.match(messages.join('\n'), new RegExp(`process ${identity.pid}`));
  });

  it('leaves a process alone that has reused the number of a former engine', async () => {
    const other = spawn('sleep', ['600'], { stdio: 'ignore' });
    writeFileSync(
      join(dataDirectory, 'dynamodb.pid'),
      JSON.stringify({ pid: other.pid, started: 'at another time' }),
    );

    await start();

    assert.ok(identify(other.pid ?? 0));
    other.kill('SIGKILL');
  });

  it('repeats the engine’s own message if it cannot start, and keeps the file', async () => {
    const file = join(dataDirectory, 'dynamodb.sqlite');
    writeFileSync(file, 'my diary');

    await assert.rejects(start(), { name: 'UserError', message: /not a valid SQLite database/ });

    assert.equal(readFileSync(file, 'utf8'), 'my diary');
    assert.equal(readdirSync(dataDirectory).includes('server.lock'), false);
  });

  it('uses another DynamoDB without starting an engine', async () => {
    const engine = await start();
    const elsewhere = temporaryFolder();
    const database = await start({ endpoint: engine.endpoint, dataDirectory: elsewhere });

    assert.equal(database.endpoint, engine.endpoint);
    assert.deepEqual(database.status(), { state: 'running', restarts: 0 });
    await database.stop();
    assert.deepEqual(readdirSync(elsewhere), []);
  });

  for (const [endpoint, message] of [
    ['localhost:8000', /not an http or https URL/],
    ['http://127.0.0.1:9', /No DynamoDB answers at DYNAMODB_ENDPOINT/],
  ] as const)
    it(`rejects DYNAMODB_ENDPOINT=${endpoint}`, async () => {
      await assert.rejects(start({ endpoint }), { name: 'UserError', message });
    });
});

async function start(options: Partial<DynamoDBOptions> = {}): Promise<DynamoDB> {
  const database = await startDynamoDB({
    dataDirectory,
    log(_level, message) {
      messages.push(message);
      for (const look of watchers) look(message);
    },
    ...options,
  });
  running.add(database);
  return database;
}

const watchers = new Set<(message: string) => void>();

/** Resolves as soon as a message with this text is logged. */
function logged(text: string): Promise<void> {
  return new Promise((resolve) => watchers.add((message) => message.includes(text) && resolve()));
}

async function eventually(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 1_000 && !condition(); i++) await sleep(10);
  assert.ok(condition());
}

function engineOf(database: DynamoDB): ProcessIdentity {
  const identity = identify(database.status().pid ?? 0);
  assert.ok(identity, 'the engine runs');
  return identity;
}

async function putThing(endpoint: string, id: string): Promise<void> {
  await withClient(endpoint, async (client) => {
    await ensureTables(client, [TABLE]);
    await client.send(new PutItemCommand({ TableName: TABLE.TableName, Item: { id: { S: id } } }));
  });
}

async function hasThing(endpoint: string, id: string): Promise<boolean> {
  const command = new GetItemCommand({ TableName: TABLE.TableName, Key: { id: { S: id } } });
  return withClient(endpoint, async (client) => (await client.send(command)).Item !== undefined);
}

function withClient<T>(endpoint: string, use: (client: DynamoDBClient) => Promise<T>): Promise<T> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  return use(client).finally(() => client.destroy());
}
