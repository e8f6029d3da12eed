/** `local-cloud-process.ts FOLDER PORT` runs FOLDER/topology.json in the local cloud and writes FOLDER/stage.json. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startLocalCloud } from '../../../../local-cloud/index.ts';
import { readTopology } from '../../../../local-cloud/topology-file.ts';

const [folder = '', port = ''] = process.argv.slice(2);
const topology = await readTopology(join(folder, 'topology.json'));
const cloud = await startLocalCloud({
  topology: () => topology,
  dataDirectory: join(folder, 'data'),
  host: '127.0.0.1',
  port: Number(port),
  log: (level, message) => {
    if (level === 'warn' || level === 'error') console.error(message);
  },
});
const { managementEndpoint, dynamodb } = cloud;
writeFileSync(
  join(folder, 'stage.json'),
  JSON.stringify({ managementEndpoint, credentials: dynamodb.credentials }),
);
process.on('SIGTERM', () => void cloud.close().then(() => process.exit(0)));
