/** `npm run logs` against an emulated AWS account. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { formatLine, readLogs } from '../../cli/aws/logs.ts';
import { createLog } from '../../functions/shared/log.ts';
import { startEmulatedAws, type EmulatedAws } from './emulated-aws/index.ts';
import { missingPrograms } from '../support/tools.ts';

const REGION = 'eu-central-1';

describe('logs', { skip: missingPrograms('moto_server') }, () => {
  let aws: EmulatedAws;
  let logs: CloudWatchLogsClient;
  const groups = { updater: '/aws/lambda/cr-updater', broadcaster: '/aws/lambda/cr-broadcaster' };
  const start = Date.now() - 60_000;

  before(async () => {
    aws = await startEmulatedAws();
    Object.assign(process.env, aws.environment);
    logs = new CloudWatchLogsClient({ region: REGION });
    for (const logGroupName of Object.values(groups)) {
      await logs.send(new CreateLogGroupCommand({ logGroupName }));
      await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'one' }));
    }
  });
  after(async () => {
    await aws?.stop();
  });

  /** Writes a line as the function does. */
  const say = async (component: 'updater' | 'broadcaster', timestamp: number, message: string) => {
    const lines: string[] = [];
    const write = (line: string) => lines.push(line);
    createLog(component, { functionName: `cr-${component}`, write, now: () => timestamp })(
      'info',
      message,
      { n: 1 },
      { Posts: 2 },
    );
    const logEvents = lines.map((line) => ({ timestamp, message: line }));
    await logs.send(
      new PutLogEventsCommand({ logGroupName: groups[component], logStreamName: 'one', logEvents }),
    );
  };
  const read = (options: { since: number; follow?: boolean; sleep?: () => Promise<void> }) =>
    readLogs({ client: logs, groups, follow: false, sleep: async () => {}, ...options });

  test('lines of all components come in order of time, from the given moment', async () => {
    await say('updater', start - 1_000, 'too early');
    await say('updater', start + 100, 'connected');
    await say('updater', start + 300, 'disconnected');
    await say('broadcaster', start + 200, 'broadcast');
    const seen: string[] = [];
    for await (const line of read({ since: start })) seen.push(formatLine(line));
    assert.deepEqual(
      seen.map((line) => line.slice(24)),
      [
        'updater     INFO  connected n=1 Posts=2',
        'broadcaster INFO  broadcast n=1 Posts=2',
        'updater     INFO  disconnected n=1 Posts=2',
      ],
    );
    assert.equal(seen[0]!.slice(0, 23), new Date(start + 100).toISOString().slice(0, 23).replace('T', ' '));
  });

  test('--follow shows each line once, even when CloudWatch delivers it late', async () => {
    const seen: string[] = [];
    let looks = 0;
    const sleep = async () => {
      looks++;
      if (looks === 1) await say('updater', start + 5_000, 'new');
      // Older than the newest line shown so far.
      if (looks === 2) await say('broadcaster', start + 4_000, 'late');
    };
    for await (const { text } of read({ since: start + 1_000, follow: true, sleep })) {
      seen.push((JSON.parse(text) as { message: string }).message);
      if (seen.length === 2) break;
    }
    assert.deepEqual(seen, ['new', 'late']);
    assert.equal(looks, 2);
  });

  test('a component without a log group has no lines', async () => {
    const lines = readLogs({
      client: logs,
      groups: { gateway: '/aws/apigateway/none' },
      since: start,
      follow: false,
      sleep: async () => {},
    });
    assert.deepEqual(await lines.next(), { done: true, value: undefined });
  });
});
