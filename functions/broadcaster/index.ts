/** Entry point of the broadcaster function: wires it from the environment at cold start. */
import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { createDynamoDBClient } from '../shared/dynamodb.ts';
import { createLog } from '../shared/log.ts';
import { readBroadcasterEnvironment } from './broadcaster-env.ts';
import { createBroadcaster } from './broadcaster.ts';
import { createManagementApi } from './management-api.ts';
import { createStore } from './store.ts';

/** A post takes some 15 ms within a Region: 64 at a time are more than 4,000 a second. */
const CONCURRENCY = 64;

const environment = readBroadcasterEnvironment(process.env);
const { functionName, managementEndpoint, postsPerSecond, fanOutViewers } = environment;
const lambda = new LambdaClient({ maxAttempts: 4 });

export const handler = createBroadcaster({
  store: createStore({ client: createDynamoDBClient(), ...environment }, { random: Math.random, sleep }),
  management: createManagementApi(managementEndpoint, CONCURRENCY),
  postsPerSecond,
  fanOutViewers,
  // The workers are this same function. Lambda accepts their events, and retries those that fail.
  fanOut: async (events) => {
    const invocations = events.map((event) => ({
      FunctionName: functionName,
      InvocationType: 'Event' as const,
      Payload: Buffer.from(JSON.stringify(event)),
    }));
    await Promise.all(invocations.map((invocation) => lambda.send(new InvokeCommand(invocation))));
  },
  concurrency: CONCURRENCY,
  now: Date.now,
  sleep,
  log: createLog('broadcaster', { functionName }),
});
