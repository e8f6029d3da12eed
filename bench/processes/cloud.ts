/** Process: the local cloud with one of the designs in it. It counts what AWS would bill. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalCloud, type LocalCloud } from '../../local-cloud/index.ts';
import type { InvocationEvent } from '../../local-cloud/observer.ts';
import { topologyOf, type Variant } from '../topologies.ts';
import { answerCalls } from './answer-calls.ts';
import { NO_POSTS, observePosts, type PostCounts } from './post-counter.ts';

export interface FunctionUsage {
  invocations: number;
  failed: number;
  gbSeconds: number;
  /** Milliseconds that the handler ran, over all invocations. */
  ms: number;
}

export interface Usage {
  posts: PostCounts;
  /** By the functions' short names: `updater`, `broadcaster`. */
  functions: Record<string, FunctionUsage>;
  /** Milliseconds of CPU that this process used: gateway, stream, runner. */
  cpuMs: number;
}

// The SDK warns on every start that versions of 2027 will need Node 22; package.json's engines say what these need.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

let cloud: LocalCloud | undefined;
let directory: string | undefined;
let isClosing = false;
let usage = none();
let cpu = process.cpuUsage();

function none(): Usage {
  return { posts: { ...NO_POSTS }, functions: {}, cpuMs: 0 };
}

observePosts((outcome) => usage.posts[outcome]++);

function countUsage({ functionName, durationMs, memorySize, functionError }: InvocationEvent): void {
  const name = functionName.replace('cloud-resume-', '');
  const entry = (usage.functions[name] ??= { invocations: 0, failed: 0, gbSeconds: 0, ms: 0 });
  entry.invocations++;
  if (functionError) entry.failed++;
  entry.ms += durationMs;
  // Lambda bills whole milliseconds.
  entry.gbSeconds += (Math.ceil(durationMs) / 1000) * (memorySize / 1024);
}

const handlers = {
  async start(variant: Variant) {
    directory = await mkdtemp(join(tmpdir(), 'cloud-resume-bench-'));
    cloud = await startLocalCloud({
      topology: () => topologyOf(variant),
      dataDirectory: join(directory, 'data'),
      host: '127.0.0.1',
      port: 0,
      log: (level, message) => {
        // Thousands who are still here when the cloud closes have farewells that fail.
        if (!isClosing && (level === 'warn' || level === 'error')) console.error(message);
      },
      observe: (event) => {
        if (event.type === 'invocation') countUsage(event);
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
  async close() {
    isClosing = true;
    await cloud?.close();
    if (directory) await rm(directory, { recursive: true, force: true });
  },
};

export type Cloud = typeof handlers;
answerCalls(handlers);
