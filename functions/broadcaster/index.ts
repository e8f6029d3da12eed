/** Entry point of the broadcaster function: wires it from the environment at cold start. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createDynamoDBClient } from '../shared/dynamodb.ts';
import { createLog } from '../shared/log.ts';
import { createBroadcaster } from './broadcaster.ts';
import { readBroadcasterEnvironment } from './broadcaster-env.ts';
import { createFanOut } from './fan-out.ts';
import { createPost } from './post.ts';

/** A post takes some 15 ms within a Region: 64 at once are more than 4,000 a second. */
const CONCURRENCY = 64;

const environment = readBroadcasterEnvironment(process.env);

export const handler = createBroadcaster({
  database: { client: createDynamoDBClient(), ...environment },
  post: createPost(environment.managementEndpoint, CONCURRENCY),
  postsPerSecond: environment.postsPerSecond,
  fanOutViewers: environment.fanOutViewers,
  fanOut: createFanOut(environment.functionName),
  concurrency: CONCURRENCY,
  now: Date.now,
  sleep: (ms) => sleep(ms),
  log: createLog('broadcaster', { functionName: environment.functionName }),
});
