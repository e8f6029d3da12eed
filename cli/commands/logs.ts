/** `npm run logs`: what the components of an environment on AWS have logged. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { Option } from '@commander-js/extra-typings';
import { readEnvironment } from '../aws/environment.ts';
import { explainAwsError } from '../aws/errors.ts';
import { formatLine, logGroups, readLogs } from '../aws/logs.ts';
import { defineCommand } from '../terminal/command.ts';
import { duration } from '../terminal/options.ts';

export const command = defineCommand(
  'logs',
  'Shows what the components of an environment on AWS have logged, oldest first. On one machine, npm start -- --verbose shows the same.',
)
  .option('--env <name>', 'the environment', 'production')
  .addOption(
    new Option(
      '--component <name...>',
      'updater, broadcaster or gateway; the gateway logs only with "gatewayAccessLogs": true in cloud-resume.json',
    )
      .choices(['updater', 'broadcaster', 'gateway'] as const)
      .default(['updater', 'broadcaster'] as const, 'updater and broadcaster'),
  )
  .option('--since <time>', 'how far back: 90s, 15m, 1h, 7d', '1h')
  .option('--follow', 'continue with new lines, until Ctrl-C', false)
  .action(async ({ env, component, since, follow }) => {
    const from = Date.now() - duration('--since')(since);
    const environment = await readEnvironment(env);
    const { region } = environment.outputs;
    const client = new CloudWatchLogsClient({ region });
    const groups = logGroups(environment, component);
    let lines = 0;
    // As in `npm run logs -- --follow | head`.
    process.stdout.once('error', () => process.exit());
    try {
      for await (const line of readLogs({ client, groups, since: from, follow, sleep: (ms) => sleep(ms) })) {
        console.log(formatLine(line));
        lines++;
      }
    } catch (error) {
      throw explainAwsError(error, 'read the logs', region);
    }
    if (lines === 0) console.error(`Nothing was logged in the last ${since}. Look further back: --since 1d`);
  });
