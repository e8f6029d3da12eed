/**
 * The experiment: this design in a local cloud of its own, with proxies that make its dependencies fail, next to the first design.
 * Visitors are the site's own client. What they sent is compared with what was counted.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startCapacityProxy, throughProxy, type CapacityProxy } from '../../bench/capacity/proxy.ts';
import { dollarsOf } from '../../bench/prices.ts';
import { consumptionOf, withUnits } from '../../bench/storms/meter.ts';
import { countEvent, noUsage } from '../../bench/usage.ts';
import { sdkDatabase, type SdkDatabase } from '../../functions/shared/sdk-database.ts';
import { buildFunctions } from '../../functions/build.ts';
import {
  CONNECTION_IDS_TABLE,
  localTopology,
  VISITOR_COUNT_TABLE,
} from '../../local-cloud/counter-topology.ts';
import type { LabState, Verdict } from '../../contract/console.ts';
import { ENVIRONMENT } from '../../contract/function-env.ts';
import { MAX_SHARDS } from '../../contract/tables.ts';
import { readTotals } from '../../functions/shared/counter.ts';
import { startDynamoDB } from '../../local-cloud/dynamodb/index.ts';
import { startLocalCloud } from '../../local-cloud/index.ts';
import type { LocalCloudEvent } from '../../local-cloud/observer.ts';
import { Recorder } from '../recorder.ts';
import type { Experiment, Watched } from '../server.ts';
import type { ExperimentName } from './experiments.ts';
import { connectionsFault, databaseFault, startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { FirstDesign } from './first-design.ts';
import { seededRandom } from './random.ts';
import { Visitors } from './visitors.ts';

const FAULT_RATE = 0.3;
const REFRESH_MS = 500;
/** Between two of many visitors. */
const ARRIVAL_MS = 10;
const MAX_STORY = 50;
/** Linux keeps this folder in memory. Both designs use it: the experiment is about calls, not about the disk. */
const MEMORY = '/dev/shm';
const BROADCASTER = 'cloud-resume-broadcaster';

const NOTHING: Verdict = {
  sent: 0,
  handshakes: 0,
  waiting: 0,
  count: 0,
  lost: 0,
  doubled: 0,
  open: 0,
  current: 0,
  posts: 0,
  faults: 0,
  dollars: 0,
};

export interface LabOptions {
  /** Repeatable faults. */
  seed?: number;
  /** Called with each line of the story. */
  onStory?: (text: string) => void;
}

export class Lab implements Experiment {
  onChange: (state: LabState) => void = () => {};
  watched: Watched | undefined;
  visitors: Visitors | undefined;
  readonly state: LabState = {
    state: 'off',
    faultRate: 0,
    losesDisconnects: false,
    ours: NOTHING,
    firstDesign: undefined,
    story: [],
  };
  readonly #options: LabOptions;
  readonly #recorder = new Recorder();
  readonly #stops: (() => Promise<unknown> | void)[] = [];
  readonly #usage = noUsage();
  #starting: Promise<void> | undefined;
  #faults: FaultProxy[] = [];
  #capacity: CapacityProxy | undefined;
  #database: SdkDatabase | undefined;
  #engineFolder = '';
  #first: FirstDesign | undefined;
  #killsAtNextPost = false;

  constructor(options: LabOptions = {}) {
    this.#options = options;
  }

  /** Starts it at the first action. A failure is part of the story: it must not end the site's process. */
  act(action: ExperimentName): void {
    this.start().then(
      () => this.#act(action),
      (error: unknown) => this.#say(`The experiment could not start: ${String(error)}`),
    );
  }

  start(): Promise<void> {
    this.#starting ??= this.#start().catch(async (error: unknown) => {
      await this.#stop();
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  /** Reads both counters and compares them with the visits. */
  async refresh(): Promise<void> {
    const [ours, first] = await Promise.all([this.#verdict(), this.#first?.verdict().catch(() => undefined)]);
    this.#set({ ours, firstDesign: first ?? this.state.firstDesign });
  }

  /** Waits for a start under way: what it starts would stay behind. */
  async close(): Promise<void> {
    await this.#starting?.catch(() => {});
    this.#starting = undefined;
    await this.#stop();
  }

  async #stop(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
    this.watched = undefined;
    this.#set({ state: 'off' });
  }

  async #start(): Promise<void> {
    this.#set({ state: 'starting' });
    const folder = await mkdtemp(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'cloud-resume-lab-'));
    this.#stops.push(() => rm(folder, { recursive: true, force: true }));
    const functions = join(folder, 'functions');
    await buildFunctions({ outDirectory: functions });
    const random = seededRandom(this.#options.seed ?? Date.now());
    const database = await startFaultProxy(databaseFault(random));
    const connections = await startFaultProxy(connectionsFault(random));
    const capacity = (this.#capacity = await startCapacityProxy());
    this.#stops.push(() => Promise.all([database.close(), connections.close(), capacity.close()]));
    this.#engineFolder = join(folder, 'engine');
    const engine = await startDynamoDB({ dataDirectory: this.#engineFolder, log: () => {} });
    this.#stops.push(() => engine.stop());
    database.target = engine.endpoint;
    capacity.forwardTo(database.url);
    const cloud = await startLocalCloud({
      dataDirectory: join(folder, 'data'),
      host: '127.0.0.1',
      port: 0,
      dynamodbEndpoint: database.url,
      topology: (origins) => topology(functions, origins, capacity.url, `${connections.url}/live`),
      log: () => {},
      observe: (event) => this.#observe(event),
      loses: (event) => this.state.losesDisconnects && routeOf(event) === '$disconnect',
    });
    this.#stops.push(() => cloud.close());
    connections.target = cloud.managementEndpoint;
    const client = new DynamoDBClient({ ...cloud.dynamodb, endpoint: engine.endpoint, maxAttempts: 1 });
    this.#stops.push(() => client.destroy());
    const tables = { connectionIdsTable: CONNECTION_IDS_TABLE, visitorCountTable: VISITOR_COUNT_TABLE };
    this.#database = sdkDatabase(client, { ...tables, counterShards: MAX_SHARDS });
    const visitors = (this.visitors = new Visitors(cloud.webSocketUrl));
    this.#stops.push(() => visitors.leave());
    const first = (this.#first = await FirstDesign.start(
      databaseFault(random),
      join(folder, 'first-design'),
    ));
    this.#stops.push(() => first.close());
    this.#faults = [database, connections, first.faults];
    this.watched = { cloud, recorder: this.#recorder };
    const timer = setInterval(() => void this.refresh().catch(() => {}), REFRESH_MS);
    this.#stops.push(() => clearInterval(timer));
    this.#set({ state: 'running' });
    this.#say('Both designs run, each with a database of its own.');
  }

  #act(action: ExperimentName): void {
    switch (action) {
      case 'visit-1':
      case 'visit-10':
      case 'visit-200':
        return this.#come(Number(action.slice('visit-'.length)));
      case 'leave':
        this.#say('All visitors leave.');
        this.visitors!.leave();
        return this.#first!.leave();
      case 'kill-broadcaster':
        this.#killsAtNextPost = true;
        this.#say(
          'The broadcaster dies after the first post of the next broadcast. A visitor comes to start one.',
        );
        return this.#come(1);
      case 'toggle-faults': {
        const faultRate = this.state.faultRate > 0 ? 0 : FAULT_RATE;
        for (const proxy of this.#faults) proxy.rate = faultRate;
        this.#set({ faultRate });
        return this.#say(
          faultRate > 0
            ? '30 % of all requests to the database, its stream and @connections fail. The first design meets them at its database only.'
            : 'No more faults.',
        );
      }
      case 'stop-database':
        return this.#killDatabase();
      case 'toggle-disconnects':
        this.#set({ losesDisconnects: !this.state.losesDisconnects });
        return this.#say(
          this.state.losesDisconnects
            ? 'Every $disconnect is lost: rows of closed pages stay until a post finds them gone.'
            : 'No more $disconnects are lost.',
        );
    }
  }

  #come(visitors: number): void {
    this.#say(visitors === 1 ? 'A visitor comes.' : `${visitors} visitors come.`);
    for (let i = 0; i < visitors; i++) {
      setTimeout(() => {
        if (this.state.state !== 'running') return;
        this.visitors!.open(crypto.randomUUID());
        this.#first!.open();
      }, i * ARRIVAL_MS);
    }
  }

  /** Like `kill -9`. The local cloud starts the engine again. */
  #killDatabase(): void {
    const file = join(this.#engineFolder, 'dynamodb.pid');
    if (!existsSync(file)) return this.#say('The database is already down.');
    const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    this.#say(`kill -9 ${pid}: the database is gone, and the local cloud starts it again.`);
  }

  #observe(event: LocalCloudEvent): void {
    this.#recorder.observe(event);
    countEvent(this.#usage, event);
    if (event.type !== 'post' || !this.#killsAtNextPost) return;
    this.#killsAtNextPost = false;
    const killed = this.watched!.cloud.killFunction(BROADCASTER);
    this.#say(
      `Killed the broadcaster (processes: ${killed}) in the middle of a broadcast. Its batch is delivered again.`,
    );
  }

  async #verdict(): Promise<Verdict> {
    const { pages, accepted, sent, handshakes } = this.visitors!;
    const totals = await readTotals(this.#database!).catch(() => undefined);
    // While the database is down, the last figure stands.
    const count = totals?.count ?? this.state.ours.count;
    const metered = withUnits(this.#usage, this.#capacity!.units());
    const open = pages.filter(({ isOpen }) => isOpen).length;
    return {
      sent,
      handshakes,
      waiting: pages.filter(({ isOpen, visit }) => isOpen && !accepted.has(visit)).length,
      count,
      lost: totals ? Math.max(0, accepted.size - count) : this.state.ours.lost,
      doubled: totals ? Math.max(0, count - sent) : this.state.ours.doubled,
      open,
      current: open - this.visitors!.behind(count),
      posts: this.#usage.posts.delivered,
      faults: this.#faults.slice(0, 2).reduce((sum, { faults }) => sum + faults, 0),
      dollars: sent === 0 ? 0 : dollarsOf(consumptionOf(metered, sent, 'ours')),
    };
  }

  #say(text: string): void {
    this.#set({ story: [...this.state.story, { at: Date.now(), text }].slice(-MAX_STORY) });
    this.#options.onStory?.(text);
  }

  #set(change: Partial<LabState>): void {
    Object.assign(this.state, change);
    this.onChange(this.state);
  }
}

/** As `npm start` runs it, but the functions reach the database and @connections through the proxies. */
function topology(
  functionsDirectory: string,
  allowedOrigins: string[],
  dynamodbProxy: string,
  connectionsProxy: string,
) {
  const ours = throughProxy(
    localTopology({ functionsDirectory, allowedOrigins, reconcileEverySeconds: 5 }),
    dynamodbProxy,
  );
  for (const { environment } of ours.functions)
    if (environment[ENVIRONMENT.managementEndpoint])
      environment[ENVIRONMENT.managementEndpoint] = connectionsProxy;
  return ours;
}

const routeOf = (event: unknown): string | undefined =>
  (event as { requestContext?: { routeKey?: string } }).requestContext?.routeKey;
