/** Process: the local cloud with one of the designs. Counts what AWS would bill. */
import { startLocalCloud, type LocalCloud } from '../../local-cloud/index.ts';
import type { BuiltSite } from '../../contract/site-manifest.ts';
import type { LocalCloudEvent } from '../../local-cloud/observer.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { epochMs } from '../clock.ts';
import { topologyOf, type Variant } from '../topologies.ts';
import { countEvent, noUsage } from '../usage.ts';
import { answerCalls } from './worker.ts';

/** An event of the local cloud with its time; milliseconds since 1970. */
export type Timed = LocalCloudEvent & { at: number };

let cloud: LocalCloud | undefined;
let isClosing = false;
let usage = noUsage();
let timeline: Timed[] | undefined;

const handlers = {
  async start({ site, ...variant }: Variant & { site?: BuiltSite }) {
    cloud = await startLocalCloud({
      topology: () => topologyOf(variant),
      dataDirectory: temporaryFolder('cloud-resume-bench-'),
      host: '127.0.0.1',
      port: 0,
      ...(site && { site }),
      log: (level, message) => {
        // While the cloud closes, thousands of $disconnects fail.
        if (!isClosing && (level === 'warn' || level === 'error')) console.error(message);
      },
      observe: (event) => {
        countEvent(usage, event);
        timeline?.push({ ...event, at: epochMs() });
      },
    });
    return { webSocketUrl: cloud.webSocketUrl, dynamodbEndpoint: cloud.dynamodb.endpoint };
  },
  reset: () => void (usage = noUsage()),
  usage: () => usage,
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
  },
};

export type Cloud = typeof handlers;
answerCalls(handlers);
