/**
 * The whole counter in the hands of a test: the functions as they are, their SDK clients, a real database, pages with the site's own counter;
 * the gateway, Lambda and the stream as models that do their worst.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { createBroadcaster } from '../../../functions/broadcaster/broadcaster.ts';
import { createPost, type Post } from '../../../functions/broadcaster/post.ts';
import type { SegmentEvent } from '../../../functions/broadcaster/segment.ts';
import { createUpdater } from '../../../functions/updater/updater.ts';
import type { Database } from '../../../functions/shared/dynamodb.ts';
import { webSocketEvent } from '../../support/websocket-events.ts';
import type { DatabaseFault } from './database-faults.ts';
import { freshDatabase, newClient, type Engine } from './engine.ts';
import { EventSource, type Mangling } from './event-source.ts';
import { makeFaulty } from './faulty-client.ts';
import { ModelGateway, serveConnections, type PostFault } from './gateway.ts';
import { callOut, invoke, InvocationEndedError, pauseOf, type Death } from './invocation.ts';
import { Ledger } from './ledger.ts';
import { Page } from './page.ts';
import { Simulation } from './simulation.ts';

/** What goes wrong just now. All are probabilities from 0 to 1, but for the kinds. */
export interface Weather {
  database: number;
  databaseKinds?: readonly DatabaseFault[];
  posts: number;
  postKinds?: readonly PostFault[];
  lostDisconnects: number;
  /** Invocations that Lambda ends somewhere in the middle. */
  deaths: number;
  batches: readonly Mangling[];
}

export const CALM: Weather = { database: 0, posts: 0, lostDisconnects: 0, deaths: 0, batches: [] };

export interface WorldOptions {
  seed: number;
  weather?: Weather;
  counterShards?: number;
  postsPerSecond?: number;
  fanOutViewers?: number;
  /** How far the clocks of two broadcasters are off; milliseconds. */
  skewMs?: readonly [number, number];
  /** Probability, at each step, that time overtakes calls under way. */
  overtaking?: number;
}

export const START = Date.UTC(2026, 10, 23, 12);
const UPDATER_TIMEOUT_MS = 10_000;
const BROADCASTER_TIMEOUT_MS = 900_000;
const RECONCILE_MS = 60_000;
const ASYNC_RETRIES_MS = [60_000, 120_000];
/** An invocation that is ended is ended at one of its first calls. */
const DEADLIEST_CALL = 12;

type Broadcaster = ReturnType<typeof createBroadcaster>;
type BroadcasterEvent = Parameters<Broadcaster>[0];

export class World {
  readonly simulation: Simulation;
  readonly seed: number;
  readonly gateway: ModelGateway;
  readonly eventSource: EventSource;
  readonly pages: Page[] = [];
  readonly ledger: Ledger;
  readonly database: Database;
  weather: Weather;
  /** Where an invocation of the updater ends, if not by chance. */
  deathOf: (routeKey: string) => Death | undefined = () => undefined;
  /** Where the next invocation of the broadcaster ends. */
  nextDeath: Death | undefined;
  /** The most calls that an invocation of the broadcaster has made. */
  usualCalls = 0;
  /** Invocations of the broadcaster that were ended from outside. */
  ended = 0;
  readonly #clients: DynamoDBClient[];
  readonly #close: () => Promise<void>;
  #broadcasters: Broadcaster[] = [];
  #turn = 0;

  private constructor(
    { seed, weather = CALM, overtaking }: WorldOptions,
    parts: { database: Database; clients: DynamoDBClient[] },
  ) {
    this.simulation = new Simulation({
      seed,
      startAt: START,
      ...(overtaking !== undefined && { overtaking }),
    });
    this.seed = seed;
    this.database = parts.database;
    this.weather = weather;
    this.#clients = parts.clients;
    this.ledger = new Ledger(parts.database, (id) => this.eventSource.changed(id));
    const updater = createUpdater({
      database: this.#faultyDatabase(0),
      allowedOrigins: new Set(),
      connectionsPerAddress: 0,
      log: () => {},
      now: this.simulation.now,
      random: () => this.simulation.random.next(),
      sleep: (ms) => pauseOf(this.simulation, ms),
    });
    this.gateway = new ModelGateway({
      simulation: this.simulation,
      lostDisconnects: () => this.weather.lostDisconnects,
      postFaults: () => ({ rate: this.weather.posts, kinds: this.weather.postKinds }),
      route: async (routeKey, { connectionId, connectedAt, visit }) => {
        const event = webSocketEvent(routeKey, {
          connectionId,
          at: connectedAt,
          ...(visit !== undefined && { query: { visit } }),
        });
        const death = this.deathOf(routeKey) ?? this.#drawDeath();
        const options = { timeoutMs: UPDATER_TIMEOUT_MS, death };
        return invoke(this.simulation, () => updater(event), options);
      },
    });
    this.eventSource = new EventSource({
      simulation: this.simulation,
      deliver: (records) => this.broadcast(records),
      manglings: () => this.weather.batches,
    });
    this.#close = async () => {
      for (const client of this.#clients) client.destroy();
    };
  }

  static async start(engine: Engine, options: WorldOptions): Promise<World> {
    const database = await freshDatabase(engine, options.counterShards ?? 2);
    const clients = await Promise.all([0, 1, 2].map(() => newClient(database)));
    const world = new World(options, { database, clients });
    const connections = await serveConnections((id, data) => world.gateway.post(id, data));
    const { postsPerSecond = 100, fanOutViewers = 5_000, skewMs = [0, 0] } = options;
    const { simulation } = world;
    world.#broadcasters = skewMs.map((skew, index) =>
      createBroadcaster({
        database: world.#faultyDatabase(index + 1),
        post: inTurn(simulation, createPost(connections.endpoint, 16)),
        postsPerSecond,
        fanOutViewers,
        fanOut: (events) => world.#fanOut(events),
        concurrency: 16,
        now: () => simulation.now() + skew,
        sleep: (ms) => pauseOf(simulation, ms),
        log: () => {},
      }),
    );
    const stop = world.#close;
    Object.assign(world, { close: async () => (await connections.close(), stop()) });
    world.#reconcileLater();
    return world;
  }

  close: () => Promise<void> = async () => {};

  open(visit: string): Page {
    const { simulation, gateway } = this;
    const page = new Page({ simulation, visit, connect: (id, listener) => gateway.connect(id, listener) });
    this.pages.push(page);
    return page;
  }

  /** Invokes the broadcaster with a batch. Rejects when it fails or is ended. */
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

  /** Lambda's asynchronous invocation: accepted at once, tried three times. */
  async #fanOut(segments: SegmentEvent[]): Promise<void> {
    await callOut(this.simulation, async () => {
      for (const segment of segments) void this.#worker(segment);
    });
  }

  async #worker(segment: SegmentEvent): Promise<void> {
    for (const pause of [...ASYNC_RETRIES_MS, 0]) {
      try {
        return await this.#invokeBroadcaster(segment);
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
    if (!random.happens(this.weather.deaths)) return undefined;
    // The first calls most often: many invocations make no others.
    return { call: 1 + Math.floor(DEADLIEST_CALL * random.next() ** 3), carriedOut: random.happens(0.5) };
  }

  #faultyDatabase(index: number): Database {
    const client = makeFaulty(this.#clients[index]!, {
      simulation: this.simulation,
      weather: () => ({
        rate: this.weather.database,
        ...(this.weather.databaseKinds && { kinds: this.weather.databaseKinds }),
      }),
      onAnswer: (call) => this.ledger.enter(call),
    });
    return { ...this.database, client };
  }
}

function inTurn(simulation: Simulation, post: Post): Post {
  return (connectionId, message) => callOut(simulation, () => post(connectionId, message));
}
