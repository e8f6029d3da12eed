/** Entry point of the updater function: wires it from the environment at cold start. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createDynamoDBClient } from '../shared/dynamodb.ts';
import { createLog } from '../shared/log.ts';
import { readUpdaterEnvironment } from './updater-env.ts';
import { createUpdater } from './updater.ts';

const environment = readUpdaterEnvironment(process.env);

export const handler = createUpdater({
  database: { client: createDynamoDBClient(), ...environment },
  originSecrets: environment.originSecrets,
  allowedOrigins: environment.allowedOrigins,
  connectionsPerAddress: environment.connectionsPerAddress,
  log: createLog('updater', { functionName: environment.functionName }),
  now: Date.now,
  random: Math.random,
  sleep,
});
