/** Entry point of the broadcaster function. */
import { connectClients, endpointOf } from '../shared/connect.ts';
import { createLog } from '../shared/log.ts';
import { readBroadcasterEnvironment } from '../shared/function-env.ts';
import { createBroadcaster } from './broadcaster.ts';
import { createManagementApi } from '../shared/management-api.ts';
import { createPublish, reportOpenings } from './openings.ts';
import { probeSite } from './site-probe.ts';
import { bucketEndpoint, createCountFiles } from './count-files.ts';
import { createStore } from './store.ts';
import { createFanOut } from './fan-out.ts';

/** A post takes some 15 ms within a Region: 64 at a time are more than 4,000 a second. */
const CONCURRENCY = 64;

const environment = readBroadcasterEnvironment(process.env);
const { functionName, managementEndpoint, postsPerSecond, fanOutViewers, siteUrl, alarmTopicArn } =
  environment;
const { countBucket, countBadge: badge } = environment;
const { connect, dynamodb, http, now, random, sleep } = connectClients();
const connected = connect();
const log = createLog('broadcaster', { functionName });
const database = { dynamodb, ...environment };
const publish = alarmTopicArn && createPublish(http('sns', endpointOf('sns', process.env), 1), alarmTopicArn);
const broadcaster = createBroadcaster({
  store: createStore(database, { random, sleep }),
  management: createManagementApi(http('execute-api', managementEndpoint, CONCURRENCY)),
  postsPerSecond,
  fanOutViewers,
  fanOut: createFanOut(http('lambda', endpointOf('lambda', process.env), CONCURRENCY), functionName, {
    random,
    sleep,
  }),
  writeFiles:
    countBucket === undefined
      ? undefined
      : createCountFiles({ http: http('s3', bucketEndpoint(countBucket, process.env), 2), badge, now, log }),
  concurrency: CONCURRENCY,
  now,
  sleep,
  log,
  reportOpenings: (ids) => reportOpenings({ database, log, now, publish: publish || undefined }, ids),
  probeSite: siteUrl === undefined ? undefined : () => probeSite(siteUrl, log),
});

export const handler: typeof broadcaster = async (event, context) => {
  await connected;
  return broadcaster(event, context);
};
