/** Cold start: the size and loading time of our functions, compared with the first design's and `aws-sdk` v2. */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BASELINE_V2, buildBaselineV2, OURS } from './build.ts';
import { median } from './percentiles.ts';
import type { Say } from './clock.ts';
import { topologyOf } from './topologies.ts';

/** Prints how many milliseconds a fresh process takes to load the bundle that `FILE` names. */
const LOADER = `
  const started = performance.now();
  const { handler } = require(process.env.FILE);
  const ms = performance.now() - started;
  if (typeof handler !== 'function') throw new Error(process.env.FILE + ' has no handler.');
  process.stdout.write(String(ms));
  process.exit(0);`;
const TIMEOUT_MS = 30_000;

export interface ColdStart {
  functions: { name: string; ours: Loaded; v2: Loaded }[];
}

export interface Loaded {
  bytes: number;
  /** Median time of `require()`, without the start of Node.js. */
  initMs: number;
}

export async function measureColdStart(say: Say, quick: boolean): Promise<ColdStart> {
  await buildBaselineV2();
  const processes = quick ? 3 : 15;
  const functions: ColdStart['functions'] = [];
  const { functions: deployed } = topologyOf({ design: 'ours' });
  for (const name of ['updater', 'broadcaster']) {
    const ours = join(OURS, name, 'index.cjs');
    const v2 = join(BASELINE_V2, name, 'index.cjs');
    const fn = deployed.find(({ functionName }) => functionName.endsWith(name))!;
    const env = {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      // As in the local cloud: without TLS, whose set-up docs/performance.md counts separately.
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9',
      AWS_LAMBDA_FUNCTION_NAME: fn.functionName,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1',
      ...fn.environment,
    };
    // Takes turns, so other work on the machine affects both. The first turn only fills the disk cache.
    const times: [number[], number[]] = [[], []];
    for (let turn = 0; turn <= processes; turn++) {
      for (const [i, file] of [ours, v2].entries()) {
        const ms = await load(file, env);
        if (turn > 0) times[i]!.push(ms);
      }
    }
    const row = {
      name,
      ours: { bytes: (await stat(ours)).size, initMs: median(times[0]) },
      v2: { bytes: (await stat(v2)).size, initMs: median(times[1]) },
    };
    functions.push(row);
    say(`${name}: ${describe(row.ours)}; with aws-sdk v2: ${describe(row.v2)}`);
  }
  return { functions };
}

const describe = ({ bytes, initMs }: Loaded) => `${Math.round(bytes / 1000)} KB, ${initMs} ms`;

async function load(file: string, env: NodeJS.ProcessEnv): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', LOADER], {
    env: { ...env, FILE: file },
    timeout: TIMEOUT_MS,
  });
  return Number(stdout);
}
