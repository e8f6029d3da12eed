/** Process: the local cloud with one of the designs. Counts what AWS would bill. */
import { channel } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalCloud, type LocalCloud } from '../../local-cloud/index.ts';
import type { BuiltSite } from '../../contract/site-manifest.ts';
import type { LocalCloudEvent } from '../../local-cloud/observer.ts';
import { epochMs } from '../clock.ts';
import { topologyOf, type Variant } from '../topologies.ts';
import { countInvocation, countPost, noUsage, type Usage } from '../usage.ts';
import { answerCalls } from './worker.ts';

/** An event of the local cloud with its time; milliseconds since 1970. */
export type Timed = LocalCloudEvent & { at: number };

// The SDK warns on every start that future versions will need Node.js 22.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

let cloud: LocalCloud | undefined;
let directory: string | undefined;
let isClosing = false;
let usage = noUsage();
let timeline: Timed[] | undefined;
let cpu = process.cpuUsage();

// Node.js reports each HTTP response, so no function has to be changed to count its posts.
channel('http.server.response.finish').subscribe((message) => {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
  if (request.method !== 'POST' || !request.url?.includes('/@connections/')) return;
  countPost(usage, response.statusCode);
});

const handlers = {
  async start({ site, ...variant }: Variant & { site?: BuiltSite }) {
    directory = await mkdtemp(join(tmpdir(), 'cloud-resume-bench-'));
    cloud = await startLocalCloud({
      topology: () => topologyOf(variant),
      dataDirectory: join(directory, 'data'),
      host: '127.0.0.1',
      port: 0,
      ...(site && { site }),
      log: (level, message) => {
        // While the cloud closes, thousands of $disconnects fail.
        if (!isClosing && (level === 'warn' || level === 'error')) console.error(message);
      },
      observe: (event) => {
        if (event.type === 'invocation') countInvocation(usage, event);
        timeline?.push({ ...event, at: epochMs() });
      },
    });
    return { webSocketUrl: cloud.webSocketUrl, dynamodbEndpoint: cloud.dynamodb.endpoint };
  },
  reset() {
    usage = noUsage();
    cpu = process.cpuUsage();
  },
  usage(): Usage {
    const { user, system } = process.cpuUsage(cpu);
    return { ...usage, cpuMs: (user + system) / 1000 };
  },
  /** Starts to record events, from none. */
  record: () => void (timeline = []),
  timeline: () => timeline ?? [],
  /** Stops all execution environments: the next event finds none. */
  async stopEnvironments() {
    for (const { functionName } of cloud!.topology.functions) await cloud!.reloadFunction(functionName);
  },
  async close() {
    isClosing = true;
    await cloud?.close();
    if (directory) await rm(directory, { recursive: true, force: true });
  },
};

export type Cloud = typeof handlers;
answerCalls(handlers);
