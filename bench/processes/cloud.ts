/** Process: the local cloud with one of the designs. Counts what AWS would bill. */
import { channel } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalCloud, type LocalCloud } from '../../local-cloud/index.ts';
import type { BuiltSite } from '../../contract/site-manifest.ts';
import type { InvocationEvent, LocalCloudEvent } from '../../local-cloud/observer.ts';
import { epochMs } from '../clock.ts';
import { shortName, topologyOf, type Variant } from '../topologies.ts';
import { answerCalls } from './worker.ts';

export interface FunctionUsage {
  invocations: number;
  failed: number;
  gbSeconds: number;
  /** Milliseconds that the handler ran, in total. */
  ms: number;
}

/** An event of the local cloud with its time; milliseconds since 1970. */
export type Timed = LocalCloudEvent & { at: number };

export interface PostCounts {
  delivered: number;
  /** Answered 410: the connection is closed, or its handshake was not complete. */
  gone: number;
  /** Answered 429 or anything else. */
  refused: number;
}

export interface Usage {
  posts: PostCounts;
  /** By short name: `updater`, `broadcaster`. */
  functions: Record<string, FunctionUsage>;
  /** Milliseconds of CPU time of this process: gateway, stream, function pools. */
  cpuMs: number;
}

// The SDK warns on every start that future versions will need Node.js 22.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

let cloud: LocalCloud | undefined;
let directory: string | undefined;
let isClosing = false;
let usage = none();
let timeline: Timed[] | undefined;
let cpu = process.cpuUsage();

function none(): Usage {
  return { posts: { delivered: 0, gone: 0, refused: 0 }, functions: {}, cpuMs: 0 };
}

// Node.js reports each HTTP response, so no function has to be changed to count its posts.
channel('http.server.response.finish').subscribe((message) => {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
  if (request.method !== 'POST' || !request.url?.includes('/@connections/')) return;
  const { statusCode } = response;
  usage.posts[statusCode === 200 ? 'delivered' : statusCode === 410 ? 'gone' : 'refused']++;
});

function countUsage({ functionName, durationMs, memorySize, functionError }: InvocationEvent): void {
  const name = shortName({ functionName });
  const entry = (usage.functions[name] ??= { invocations: 0, failed: 0, gbSeconds: 0, ms: 0 });
  entry.invocations++;
  if (functionError) entry.failed++;
  entry.ms += durationMs;
  // Lambda bills whole milliseconds.
  entry.gbSeconds += (Math.ceil(durationMs) / 1000) * (memorySize / 1024);
}

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
        if (event.type === 'invocation') countUsage(event);
        timeline?.push({ ...event, at: epochMs() });
      },
    });
    return { webSocketUrl: cloud.webSocketUrl, dynamodbEndpoint: cloud.dynamodb.endpoint };
  },
  reset() {
    usage = none();
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
