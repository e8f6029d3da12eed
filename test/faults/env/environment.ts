/**
 * The whole counter under a test's control: the real functions with their own clients, a real database, and pages with the site's own
 * counter. The gateway, Lambda and the stream are models that do their worst.
 */
import type { DynamoDBRecord } from 'aws-lambda';
import { putLink } from '../../../cli/count/links.ts';
import type { SdkDatabase } from '../../../functions/shared/sdk-database.ts';
import type { SegmentEvent } from '../../../functions/broadcaster/broadcast.ts';
import { createBroadcaster } from '../../../functions/broadcaster/broadcaster.ts';
import { reportOpenings } from '../../../functions/broadcaster/openings.ts';
import { createManagementApi } from '../../../functions/shared/management-api.ts';
import { createStore } from '../../../functions/broadcaster/store.ts';
import { createUpdater } from '../../../functions/updater/updater.ts';
import { ORIGIN_SECRET, webSocketEvent } from '../../support/websocket-events.ts';
import { createHttp } from '../../../functions/shared/http.ts';
import type { DatabaseFault } from '../../../console/lab/faults.ts';
import { freshDatabase, type Engine } from './engine.ts';
import { EventSource, type BatchFault } from './event-source.ts';
import { backoff, faultyDatabase, inTurn } from './function-clients.ts';
import { ModelGateway, serveConnections } from './gateway.ts';
import type { PostFault } from '../../../console/lab/faults.ts';
import { callOut, invoke, InvocationEndedError, pauseOf, type Death } from './invocation.ts';
import { Ledger } from './ledger.ts';
import { Page } from '../../../console/lab/page.ts';
import { Simulation } from './simulation.ts';

/** What goes wrong at the moment. Numbers are probabilities from 0 to 1. */
export interface FaultRates {
  database: number;
  databaseKinds?: readonly DatabaseFault[];
  posts: number;
  postKinds?: readonly PostFault[];
  lostDisconnects: number;
  /** Invocations that Lambda ends before they are done. */
  deaths: number;
  batches: readonly BatchFault[];
}

export const NO_FAULTS: FaultRates = { database: 0, posts: 0, lostDisconnects: 0, deaths: 0, batches: [] };

export interface EnvironmentOptions {
  seed: number;
  faults?: FaultRates;
  counterShards?: number;
  postsPerSecond?: number;
  fanOutViewers?: number;
  /** Counted links; a visit comes through one of them or none, depending on its id. */
  links?: number;
  /** Milliseconds since 1970. */
  startAt?: number;
  /** How far the broadcasters' clocks are off, one broadcaster for each number; milliseconds. */
  skewMs?: readonly number[];
  /** How far the updater's clock is off; milliseconds. */
  updaterSkewMs?: number;
  /** Probability, at each step, that time passes although calls are under way. */
  overtaking?: number;
}

const START = Date.UTC(2026, 10, 23, 12);
const UPDATER_TIMEOUT_MS = 10_000;
const BROADCASTER_TIMEOUT_MS = 900_000;
const RECONCILE_MS = 60_000;
const ASYNC_RETRIES_MS = [60_000, 120_000];
/** A random death comes at one of an invocation's first calls. */
const LAST_DEADLY_CALL = 12;

type Broadcaster = ReturnType<typeof createBroadcaster>;
type BroadcasterEvent = Parameters<Broadcaster>[0];

export class Environment {
  readonly simulation: Simulation;
  readonly seed: number;
  readonly gateway: ModelGateway;
  readonly eventSource: EventSource;
  readonly pages: Page[] = [];
  readonly ledger: Ledger;
  readonly database: SdkDatabase;
  faults: FaultRates;
  /** What the topic was sent. */
  readonly mails: string[] = [];
  /** Ids of the counted links. */
  readonly links: readonly string[];
  /** Where an invocation of the updater ends; undefined leaves it to chance. */
  deathOf: (routeKey: string) => Death | undefined = () => undefined;
  /** Where the next invocation of the broadcaster ends. */
  nextDeath: Death | undefined;
  /** The most calls that an invocation of the broadcaster has made. */
  usualCalls = 0;
  /** Invocations of the broadcaster that were ended. */
  ended = 0;
  #closeConnections = async () => {};
  #broadcasters: Broadcaster[] = [];
  #turn = 0;

  private constructor(
    {
      seed,
      faults = NO_FAULTS,
      startAt = START,
      overtaking,
      updaterSkewMs = 0,
      links = 2,
    }: EnvironmentOptions,
    database: SdkDatabase,
  ) {
    this.simulation = new Simulation({
      seed,
      startAt,
      ...(overtaking !== undefined && { overtaking }),
    });
    const { simulation } = this;
    this.seed = seed;
    this.database = database;
    this.faults = faults;
    this.links = Array.from({ length: links }, (_, i) => `company-aaaaaaa${'abcdefgh'[i]}`);
    this.ledger = new Ledger(database, {
      linkOf: (visit) => this.linkOf(visit),
      onChange: (id) => this.eventSource.changed(id),
    });
    const { database: updaterDatabase, now } = faultyDatabase(this, updaterSkewMs);
    const updater = createUpdater({
      originSecrets: [ORIGIN_SECRET],
      database: updaterDatabase,
      allowedOrigins: new Set(),
      editions: new Set(),
      connectionsPerAddress: 0,
      keepConnected: async () => {},
      closeConnection: async (id) => (this.gateway.cut(id), true),
      log: () => {},
      now,
      ...backoff(simulation),
    });
    this.gateway = new ModelGateway({
      simulation,
      lostDisconnects: () => this.faults.lostDisconnects,
      postFaults: () => ({ rate: this.faults.posts, kinds: this.faults.postKinds }),
      route: async (routeKey, { connectionId, connectedAt, visit }) => {
        const link = visit === undefined ? undefined : this.linkOf(visit);
        const query = visit !== undefined && { visit, ...(link !== undefined && { for: link }) };
        const event = webSocketEvent(routeKey, {
          connectionId,
          at: connectedAt,
          ...(query && { query }),
        });
        const death = this.deathOf(routeKey) ?? this.#drawDeath();
        return invoke(simulation, () => updater(event), { timeoutMs: UPDATER_TIMEOUT_MS, death });
      },
    });
    this.eventSource = new EventSource({
      simulation,
      deliver: (records) => this.broadcast(records),
      faults: () => this.faults.batches,
    });
  }

  static async start(engine: Engine, options: EnvironmentOptions): Promise<Environment> {
    const { postsPerSecond = 100, fanOutViewers = 5_000, skewMs = [0, 0] } = options;
    const database = await freshDatabase(engine, options.counterShards ?? 2);
    const env = new Environment(options, database);
    for (const link of env.links)
      await putLink(database, { id: link, label: link, createdAt: START, visits: 0 });
    const { simulation } = env;
    const connections = await serveConnections({
      post: (id, data) => env.gateway.post(id, data),
      close: (id) => env.gateway.cut(id),
    });
    env.#closeConnections = () => connections.close();
    const http = createHttp('execute-api', connections.endpoint, { maxSockets: 16 });
    env.#broadcasters = skewMs.map((skew) => {
      const { database: ownDatabase, now } = faultyDatabase(env, skew);
      return createBroadcaster({
        store: createStore(ownDatabase, backoff(simulation)),
        management: inTurn(simulation, createManagementApi(http)),
        postsPerSecond,
        fanOutViewers,
        fanOut: (events) => env.#fanOut(events),
        concurrency: 16,
        now,
        sleep: (ms) => pauseOf(simulation, ms),
        log: () => {},
        reportOpenings: (ids) =>
          reportOpenings({ database: ownDatabase, log: () => {}, now, publish: env.#publish }, ids),
      });
    });
    env.#reconcileLater();
    return env;
  }

  close(): Promise<void> {
    return this.#closeConnections();
  }

  open(visit: string): Page {
    const { simulation, gateway } = this;
    const page = new Page({ simulation, visit, connect: (id, listener) => gateway.connect(id, listener) });
    this.pages.push(page);
    return page;
  }

  /** The link through which a visit comes; of a connection without a visit id, none. */
  linkOf(visit: string): string | undefined {
    const [, number] = /-(\d+)-xxxx$/.exec(visit) ?? [];
    return number === undefined ? undefined : this.links[Number(number) % (this.links.length + 1)];
  }

  /** Invokes the broadcaster with a batch. Rejects if it fails or is ended. */
  broadcast(records: DynamoDBRecord[]): Promise<void> {
    return this.#invokeBroadcaster({ Records: records });
  }

  /** Invokes the broadcaster as the schedule does. */
  async reconcile(): Promise<void> {
    await this.#invokeBroadcaster({ reconcile: true }).catch(() => {});
  }

  /** Pages that are open and do not show these numbers. */
  behind({ count, viewers }: { count: number; viewers?: number }): Page[] {
    return this.pages.filter(
      ({ isOpen, live, shown }) =>
        isOpen && !(live && shown?.count === count && (viewers === undefined || shown.viewers === viewers)),
    );
  }

  get viewers(): number {
    return this.pages.filter(({ isOpen }) => isOpen).length;
  }

  /** The topic: a crash may lose what was to be sent to it. */
  #publish = (_subject: string, message: string): Promise<void> =>
    callOut(this.simulation, async () => void this.mails.push(message));

  async #invokeBroadcaster(event: BroadcasterEvent): Promise<void> {
    const broadcaster = this.#broadcasters[this.#turn++ % this.#broadcasters.length]!;
    const death = this.nextDeath ?? this.#drawDeath();
    this.nextDeath = undefined;
    try {
      await invoke(
        this.simulation,
        (remaining) => broadcaster(event, { getRemainingTimeInMillis: remaining }),
        {
          timeoutMs: BROADCASTER_TIMEOUT_MS,
          death,
          onCalls: (calls) => (this.usualCalls = Math.max(this.usualCalls, calls)),
        },
      );
    } catch (error) {
      if (error instanceof InvocationEndedError) this.ended++;
      throw error;
    }
  }

  /** Lambda's asynchronous invocation: accepted immediately, tried three times. */
  async #fanOut(events: SegmentEvent[]): Promise<void> {
    await callOut(this.simulation, async () => {
      for (const event of events) void this.#worker(event);
    });
  }

  async #worker(event: SegmentEvent): Promise<void> {
    for (const pause of [...ASYNC_RETRIES_MS, 0]) {
      try {
        return await this.#invokeBroadcaster(event);
      } catch {
        await this.simulation.sleep(pause);
      }
    }
  }

  #reconcileLater(): void {
    this.simulation.after(RECONCILE_MS, () => {
      void this.reconcile();
      this.#reconcileLater();
    });
  }

  #drawDeath(): Death | undefined {
    const { random } = this.simulation;
    if (!random.happens(this.faults.deaths)) return undefined;
    // Mostly at the first calls: many invocations make no others.
    return { call: 1 + Math.floor(LAST_DEADLY_CALL * random.next() ** 3), carriedOut: random.happens(0.5) };
  }
}
