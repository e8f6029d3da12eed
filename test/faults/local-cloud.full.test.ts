/** The built functions in the local cloud, with real sockets and real time, while their dependencies fail. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test, type TestContext } from 'node:test';
import { putLink } from '../../cli/count/links.ts';
import { sdkDatabase, type SdkDatabase } from '../../functions/shared/sdk-database.ts';
import { readStatistics } from '../../cli/count/statistics.ts';
import { localTopology } from '../../local-cloud/counter-topology.ts';
import { ENVIRONMENT } from '../../contract/function-env.ts';
import { buildFunctions } from '../../functions/build.ts';
import { readCounter } from '../../functions/shared/counter.ts';
import { startDynamoDB } from '../../local-cloud/dynamodb/index.ts';
import { startLocalCloud, type LocalCloud, type LocalCloudOptions } from '../../local-cloud/index.ts';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SEED } from '../support/seed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { connectionsFault, databaseFault, startFaultProxy } from '../../console/lab/fault-proxy.ts';
import { Visitors } from '../../console/lab/visitors.ts';
import { seededRandom } from '../../console/lab/random.ts';
import { report } from './env/report.ts';

/** Far more than needed: only a page that is left behind waits this long. */
const PATIENCE_MS = 60_000;

const folder = temporaryFolder('cloud-resume-faults-');
before(async () => {
  await buildFunctions({ outDirectory: join(folder, 'functions') });
});

async function startCloud(
  t: TestContext,
  options: Partial<LocalCloudOptions>,
  managementEndpoint?: string,
): Promise<LocalCloud> {
  const dataDirectory = await mkdtemp(join(folder, 'data-'));
  const cloud = await startLocalCloud({
    dataDirectory,
    host: '127.0.0.1',
    port: 0,
    topology(allowedOrigins) {
      const functionsDirectory = join(folder, 'functions');
      const settings = {
        functionsDirectory,
        allowedOrigins,
        reconcileEverySeconds: 2,
        postsPerSecond: 1_000,
      };
      const topology = localTopology(settings);
      for (const { environment } of topology.functions)
        if (managementEndpoint && environment[ENVIRONMENT.managementEndpoint])
          environment[ENVIRONMENT.managementEndpoint] = managementEndpoint;
      return topology;
    },
    log: () => {},
    ...options,
  });
  t.after(() => cloud.close());
  await withDatabase(cloud, (database) =>
    putLink(database, { ...LINK, label: 'Acme', createdAt: Date.now() }),
  );
  return cloud;
}

/** The link through which every visit comes. */
const LINK = { id: 'acme-7f3kq2ma', visits: 0 };

async function withDatabase<T>(cloud: LocalCloud, work: (database: SdkDatabase) => Promise<T>): Promise<T> {
  const client = new DynamoDBClient(cloud.dynamodb);
  const [connectionIdsTable, visitorCountTable] = cloud.topology.tables.map(({ TableName }) => TableName) as [
    string,
    string,
  ];
  const database = sdkDatabase(client, { connectionIdsTable, visitorCountTable, counterShards: 8 });
  return work(database).finally(() => client.destroy());
}

async function conclude(
  t: TestContext,
  cloud: LocalCloud,
  visitors: Visitors,
  row: { scenario: string; tried: string },
): Promise<void> {
  const visits = visitors.sent;
  const since = performance.now();
  await visitors.until(() => visitors.behind(visits) === 0, PATIENCE_MS);
  const countMs = performance.now() - since;
  const { count, opened } = await withDatabase(cloud, async (database) => ({
    count: (await readCounter(database)).count,
    opened: (await readStatistics(database, Date.now())).links[0]!.visits,
  }));
  const verdict = {
    lost: Math.max(0, visits - count, visits - opened),
    doubled: Math.max(0, count - visits, opened - visits),
    behind: visitors.behind(visits),
  };
  await report(t, {
    ...row,
    tried: `${visitors.handshakes} handshakes of ${row.tried}`,
    ...verdict,
    countMs,
  });
  assert.deepEqual(verdict, { lost: 0, doubled: 0, behind: 0 });
  assert.equal(visitors.accepted.size, visits);
  assert.deepEqual(
    visitors.pages.flatMap((page) => page.faults),
    [],
  );
}

test('30 % of all requests to the database, its stream and @connections fail', async (t) => {
  const VISITS = 120;
  const random = seededRandom(SEED);
  const database = await startFaultProxy(databaseFault(random));
  const connections = await startFaultProxy(connectionsFault(random));
  const engine = await startDynamoDB({
    dataDirectory: await mkdtemp(join(folder, 'engine-')),
    log: () => {},
  });
  // Hooks that are registered later run first: the cloud closes before these.
  t.after(async () => {
    await Promise.all([database.close(), connections.close()]);
    await engine.stop();
  });
  database.target = engine.endpoint;
  const cloud = await startCloud(t, { dynamodbEndpoint: database.url }, `${connections.url}/live`);
  connections.target = cloud.managementEndpoint;
  const visitors = new Visitors(cloud.webSocketUrl, LINK.id);
  t.after(() => visitors.leave());

  database.rate = connections.rate = 0.3;
  // Every third visit is open in two tabs.
  for (let visit = 0; visit < VISITS; visit++) {
    visitors.open(`visit-${visit}-xxxx`);
    if (visit % 3 === 0) visitors.open(`visit-${visit}-xxxx`);
    if (visit % 10 === 9) await visitors.until(() => visitors.accepted.size > visit - 20, PATIENCE_MS);
  }
  await visitors.until(() => visitors.accepted.size >= VISITS * 0.9, PATIENCE_MS);
  const { requests, faults } = database;
  assert.ok(faults > requests / 5 && connections.faults > connections.requests / 5);
  const posts = connections.requests;
  database.rate = connections.rate = 0;
  await conclude(t, cloud, visitors, {
    scenario: 'Local cloud, 30 % faults on database, stream and @connections',
    tried: `${VISITS} visits; ${faults + connections.faults} of ${requests + posts} requests failed`,
  });
});

test('the database engine is killed in the middle of traffic', async (t) => {
  const KILLS = 5;
  const VISITS_A_ROUND = 20;
  const dataDirectory = await mkdtemp(join(folder, 'killed-'));
  const cloud = await startCloud(t, { dataDirectory });
  const visitors = new Visitors(cloud.webSocketUrl, LINK.id);
  t.after(() => visitors.leave());
  const engine = (): number | undefined => {
    const file = join(dataDirectory, 'dynamodb.pid');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid : undefined;
  };
  const isAnother = (one: number | undefined) => ![undefined, one].includes(engine());
  let killed: number | undefined;
  for (let kill = 0; kill < KILLS; kill++) {
    const before = visitors.accepted.size;
    for (let visit = 0; visit < VISITS_A_ROUND; visit++) visitors.open(`visit-${kill}-${visit}-xxxx`);
    // Late answers of the killed engine must not count: the next one has to run.
    const resumed = () => visitors.accepted.size > before + 3 && isAnother(killed);
    assert.ok(await visitors.until(resumed, PATIENCE_MS));
    process.kill((killed = engine()!), 'SIGKILL');
    const mostCame = () => visitors.accepted.size > before + VISITS_A_ROUND - 5;
    assert.ok(await visitors.until(mostCame, PATIENCE_MS));
  }
  await conclude(t, cloud, visitors, {
    scenario: 'Local cloud, database engine killed (SIGKILL) in mid-traffic',
    tried: `${KILLS * VISITS_A_ROUND} visits, ${KILLS} kills`,
  });
});
