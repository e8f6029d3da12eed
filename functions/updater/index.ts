/** Entry point of the updater function. */
import { connectClients } from '../shared/connect.ts';
import { createLog } from '../shared/log.ts';
import { createManagementApi } from '../shared/management-api.ts';
import { readUpdaterEnvironment } from '../shared/function-env.ts';
import { createUpdater } from './updater.ts';

const environment = readUpdaterEnvironment(process.env);
const { connect, dynamodb, http, now, random, sleep } = connectClients();
const connected = connect();
const updater = createUpdater({
  ...environment,
  database: { dynamodb, ...environment },
  closeConnection: createManagementApi(http('execute-api', environment.managementEndpoint, 1)).close,
  keepConnected: connect,
  log: createLog('updater', { functionName: environment.functionName }),
  now,
  random,
  sleep,
});

export const handler: typeof updater = async (event) => {
  await connected;
  return updater(event);
};
