/** `npm run logs`: what the stations of an environment on AWS have logged. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { explainAwsError } from '../aws/errors.ts';
import { readArguments } from '../terminal/arguments.ts';
import { readDuration } from '../terminal/duration.ts';
import { readEnvironment } from '../aws/environment.ts';
import { formatLine } from '../aws/log-line.ts';
import { readLogs } from '../aws/logs.ts';
import { UserError } from '../../shared/user-error.ts';
import { run } from '../terminal/run.ts';

const COMMAND = 'npm run logs';

const HELP = `Usage: ${COMMAND} -- [options]

Shows what an environment on AWS has logged, oldest first. On one machine, npm start -- --verbose shows the same.

  --env NAME        the environment (default production)
  --station NAME    updater, broadcaster or gateway; may be repeated (default updater and broadcaster).
                    The gateway logs only with "gatewayAccessLogs": true in cloud-resume.json
  --since TIME      how far back: 90s, 15m, 1h, 7d (default 1h)
  --follow          go on with what comes, until Ctrl-C

Exit codes: 0, 1 something to mend, 70 a fault in this program.`;

const STATIONS = ['updater', 'broadcaster', 'gateway'];

run(async () => {
  const values = readArguments(COMMAND, process.argv.slice(2), {
    env: { type: 'string', default: 'production' },
    station: { type: 'string', multiple: true },
    since: { type: 'string', default: '1h' },
    follow: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  });
  if (values.help) return console.log(HELP);
  const stations = values.station ?? ['updater', 'broadcaster'];
  const unknown = stations.find((station) => !STATIONS.includes(station));
  if (unknown !== undefined)
    throw new UserError(
      `There is no station ${JSON.stringify(unknown)}.`,
      `Choose from ${STATIONS.join(', ')}.`,
    );
  const since = Date.now() - readDuration('--since', values.since);

  const { configuration, outputs } = await readEnvironment(values.env);
  const { region, updaterFunction, broadcasterFunction } = outputs;
  // As infra/updater.tf, broadcaster.tf and api_gateway.tf name them.
  const all: Record<string, string> = {
    updater: `/aws/lambda/${updaterFunction}`,
    broadcaster: `/aws/lambda/${broadcasterFunction}`,
    gateway: `/aws/apigateway/${configuration.prefix}-counter`,
  };
  const groups = Object.fromEntries(stations.map((station) => [station, all[station]!]));
  const client = new CloudWatchLogsClient({ region });
  let lines = 0;
  try {
    for await (const line of readLogs({
      client,
      groups,
      since,
      follow: values.follow,
      sleep: (ms) => sleep(ms),
    })) {
      console.log(formatLine(line));
      lines++;
    }
  } catch (error) {
    throw explainAwsError(error, 'read the logs', region);
  }
  if (lines === 0)
    console.error(`Nothing was logged in the last ${values.since}. Look further back: --since 1d`);
});
