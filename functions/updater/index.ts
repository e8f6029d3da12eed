/** Entry point of the updater function. */
import { connectClients } from '../shared/connect.ts';
import { createLog } from '../shared/log.ts';
import { readUpdaterEnvironment } from './updater-env.ts';
import { createUpdater } from './updater.ts';

const environment = readUpdaterEnvironment(process.env);
const { connected, dynamodb, now, random, sleep } = connectClients();
const updater = createUpdater({
  originSecrets: environment.originSecrets,
  database: { dynamodb, ...environment },
  allowedOrigins: environment.allowedOrigins,
  connectionsPerAddress: environment.connectionsPerAddress,
  log: createLog('updater', { functionName: environment.functionName }),
  now,
  random,
  sleep,
});

export const handler: typeof updater = async (event) => {
  await connected;
  return updater(event);
};
