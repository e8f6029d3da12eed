/** The first design (bench/baseline) under the same visitors and the same faults on its database. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { WebSocket } from 'ws';
import { firstDesign } from '../../bench/baseline/topology.ts';
import { startCapacityProxy, throughProxy, type CapacityProxy } from '../../bench/capacity/proxy.ts';
import { dollarsOf } from '../../bench/prices.ts';
import { consumptionOf, withUnits } from '../../bench/storms/meter.ts';
import { countEvent, noUsage, type Usage } from '../../bench/usage.ts';
import { localTopology, VISITOR_COUNT_TABLE } from '../../local-cloud/counter-topology.ts';
import { BUNDLE } from '../../functions/build.ts';
import type { Verdict } from '../../contract/console.ts';
import { startLocalCloud, type LocalCloud } from '../../local-cloud/index.ts';
import { bundle } from '../../shared/bundle.ts';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';

/** A visitor reloads a page that cannot connect this often, and waits this long in between. */
const MAX_HANDSHAKES = 10;
const RELOAD_MS = 1_000;

interface FirstPage {
  socket?: WebSocket;
  accepted: boolean;
  gone: boolean;
  count: number;
}

export class FirstDesign {
  readonly faults: FaultProxy;
  readonly #cloud: LocalCloud;
  readonly #capacity: CapacityProxy;
  readonly #usage: Usage;
  readonly #client: DynamoDBClient;
  readonly #pages: FirstPage[] = [];
  #handshakes = 0;
  #count = 0;

  private constructor(cloud: LocalCloud, capacity: CapacityProxy, usage: Usage, faults: FaultProxy) {
    this.#cloud = cloud;
    this.#capacity = capacity;
    this.#usage = usage;
    this.faults = faults;
    this.#client = new DynamoDBClient({ ...cloud.dynamodb, maxAttempts: 1 });
  }

  /** @param folder for its code and its data */
  static async start(draw: Parameters<typeof startFaultProxy>[0], folder: string): Promise<FirstDesign> {
    const code = join(folder, 'functions');
    for (const name of ['updater', 'broadcaster']) {
      await mkdir(join(code, name), { recursive: true });
      await writeFile(join(code, name, 'index.cjs'), await bundle(`bench/baseline/${name}.ts`, BUNDLE));
    }
    const [capacity, faults] = await Promise.all([startCapacityProxy(), startFaultProxy(draw)]);
    capacity.forwardTo(faults.url);
    const usage = noUsage();
    try {
      const cloud = await startLocalCloud({
        dataDirectory: join(folder, 'data'),
        host: '127.0.0.1',
        port: 0,
        topology: (allowedOrigins) => {
          const ours = localTopology({ functionsDirectory: code, allowedOrigins });
          return throughProxy(firstDesign(ours, code), capacity.url);
        },
        log: () => {},
        observe: (event) => countEvent(usage, event),
      });
      faults.target = cloud.dynamodb.endpoint;
      return new FirstDesign(cloud, capacity, usage, faults);
    } catch (error) {
      await Promise.all([capacity.close(), faults.close()]);
      throw error;
    }
  }

  open(): void {
    const page: FirstPage = { accepted: false, gone: false, count: 0 };
    this.#pages.push(page);
    void this.#connect(page);
  }

  leave(): void {
    for (const page of this.#pages) {
      page.gone = true;
      page.socket?.close();
    }
  }

  async verdict(): Promise<Verdict> {
    const visits = this.#pages.length;
    const Key = { id: { S: 'visitors' } };
    const command = new GetItemCommand({ TableName: VISITOR_COUNT_TABLE, Key });
    const item = await this.#client.send(command).catch(() => undefined);
    const metered = withUnits(this.#usage, this.#capacity.units());
    if (item) this.#count = Number(item.Item?.['count']?.N ?? 0);
    const accepted = this.#pages.filter((page) => page.accepted).length;
    const open = this.#pages.filter(({ gone, socket }) => !gone && socket?.readyState === WebSocket.OPEN);
    return {
      sent: visits,
      handshakes: this.#handshakes,
      waiting: this.#pages.filter(({ gone, accepted }) => !gone && !accepted).length,
      count: this.#count,
      lost: Math.max(0, accepted - this.#count),
      doubled: Math.max(0, this.#count - visits),
      open: open.length,
      current: open.filter(({ count }) => count === this.#count).length,
      posts: metered.posts.delivered,
      faults: this.faults.faults,
      dollars: visits === 0 ? 0 : dollarsOf(consumptionOf(metered, visits, 'first design')),
    };
  }

  async close(): Promise<void> {
    this.leave();
    this.#client.destroy();
    await this.#cloud.close();
    await Promise.all([this.#capacity.close(), this.faults.close()]);
  }

  /** Its page never reconnected; a visitor whose page stays empty reloads it. */
  async #connect(page: FirstPage): Promise<void> {
    for (let attempt = 0; attempt < MAX_HANDSHAKES && !page.gone; attempt++) {
      this.#handshakes++;
      const socket = new WebSocket(this.#cloud.webSocketUrl, { perMessageDeflate: false });
      page.socket = socket;
      socket.on('message', (data) => (page.count = (JSON.parse(String(data)) as { count: number }).count));
      const isOpen = await new Promise<boolean>((resolve) => {
        socket.on('open', () => resolve(true));
        socket.on('error', () => resolve(false));
      });
      if (isOpen) {
        page.accepted = true;
        return;
      }
      await sleep(Math.random() * RELOAD_MS);
    }
  }
}
