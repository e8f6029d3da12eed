/** `npm run cloud`: another app's WebSocket API in the local cloud, from a topology file. */
import { basename, dirname, join, resolve } from 'node:path';
import { startLocalCloud } from '../../local-cloud/index.ts';
import { readTopology } from '../../local-cloud/topology-file.ts';
import { closeOnSignal } from '../local/close-on-signal.ts';
import { defineCommand } from '../terminal/command.ts';
import { PORT } from './server-options.ts';

const path = (text: string) => resolve(text);

export const command = defineCommand(
  'cloud',
  'Runs any WebSocket API on this machine: its functions, tables, stream mappings and schedules. Prints its URL on a line of its own when it accepts connections.',
  { details: 'local-cloud/README.md explains the file and shows a complete one.' },
)
  .requiredOption('--topology <file>', 'JSON or YAML, as local-cloud/topology.schema.json describes', path)
  .option('--port <number>', 'port of the WebSocket API; 0 takes any free one', PORT, 4000)
  .option('--host <address>', 'address to listen on; the default is this machine only', '127.0.0.1')
  .option('--data <folder>', 'where tables are stored; by default .local-cloud next to the file', path)
  .option('--verbose', 'show what the functions log', false)
  .action(async ({ topology: file, port, host, data, verbose }) => {
    const topology = await readTopology(file);
    const cloud = await startLocalCloud({
      topology: () => topology,
      dataDirectory: data ?? join(dirname(file), '.local-cloud'),
      dynamodbEndpoint: process.env['DYNAMODB_ENDPOINT'] || undefined,
      host,
      port,
      log: (level, message) => {
        if (verbose || level === 'warn' || level === 'error') console.error(message);
      },
    });
    closeOnSignal(() => cloud.close());
    const { accessKeyId, secretAccessKey } = cloud.dynamodb.credentials;
    console.log(`${basename(file)} runs on this machine:`);
    console.log(cloud.webSocketUrl);
    console.log(`@connections: ${cloud.managementEndpoint}`);
    console.log(`  signed with AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`);
    console.log('Ctrl-C stops it; the tables are kept.');
  });
