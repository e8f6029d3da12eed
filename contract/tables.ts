/**
 * The two tables. Both have one string partition key and delete expired items by TTL.
 *
 * ConnectionIds holds one {@link ConnectionRow} for every open connection.
 * VisitorCount holds the counter's shards, the visit markers and the last broadcast:
 *
 *     visits#0 … visits#S-1   {@link VisitsShard}: read as their sum; a change starts a broadcast
 *     departure               updated when a viewer leaves a small audience: starts a broadcast
 *     visit#<visit id>        {@link VisitMarker}: this visit has been counted
 *     link#<link id>          {@link LinkItem}: a counted link, which its owner created
 *     address#<pseudonym>     how many connections one address has opened in ten minutes
 *     broadcast               {@link BroadcastState}: the last broadcast, and the broadcaster's lease
 *     day#<2026-11-26>        {@link DayItem}: the running totals at the end of a day (UTC)
 *     import#<export id>      {@link ImportMarker}: the count contains this export
 */

export const CONNECTION_IDS_KEY = 'connectionId';
export const VISITOR_COUNT_KEY = 'id';
export const TTL_ATTRIBUTE = 'expiresAt';

export const VISITS_SHARD_PREFIX = 'visits#';
export const VISIT_MARKER_PREFIX = 'visit#';
export const LINK_PREFIX = 'link#';
export const ADDRESS_PREFIX = 'address#';
export const DEPARTURE_ID = 'departure';
export const BROADCAST_ID = 'broadcast';
export const DAY_PREFIX = 'day#';
export const IMPORT_PREFIX = 'import#';
/** COUNTER_SHARDS may be this at most. */
export const MAX_SHARDS = 64;

export interface ConnectionRow {
  connectionId: string;
  /** When the updater accepted the connection; milliseconds since 1970. */
  connectedAt: number;
  /** Second since 1970 at which the row expires. TTL deletes it some time later. */
  expiresAt: number;
}

export interface VisitsShard {
  id: `${typeof VISITS_SHARD_PREFIX}${number}`;
  /** Distinct visits counted in this shard. */
  count: number;
  /** Connections accepted in this shard, counted or not: grows with every arrival. */
  arrivals: number;
  /** Distinct visits of the owner. */
  own?: number;
  /** Connections of declared bots. */
  bots?: number;
  /** Of `count`, what `npm run import` added; negative if it lowered the count. Belongs to no day. */
  imported?: number;
  /** Of `count`, the visits of one page other than the index, by its path: `edition#de`. */
  [edition: `${typeof EDITION_ATTRIBUTE_PREFIX}${string}`]: number;
}

/** Attributes of a shard. Readers ignore attributes that they do not know. */
export const COUNT_ATTRIBUTE = 'count';
export const OWN_VISITS_ATTRIBUTE = 'own';
export const BOTS_ATTRIBUTE = 'bots';
export const EDITION_ATTRIBUTE_PREFIX = 'edition#';

export interface VisitMarker {
  id: `${typeof VISIT_MARKER_PREFIX}${string}`;
  /** Second since 1970 from which the same id is a new visit. */
  expiresAt: number;
  /** Id of the counted link to which this visit belongs; empty if an import knows only that it was counted. */
  link?: string;
}

/** A counted link. The visit's own transaction updates it, and never creates it. Times are milliseconds since 1970. */
export interface LinkItem {
  id: `${typeof LINK_PREFIX}${string}`;
  /** Any text: the owner's name for it. */
  label: string;
  /** Path of the page that the link opens, if it is not the index: `de`. */
  edition?: string;
  createdAt: number;
  /** Distinct visits that came through this link; 0 at first. */
  visits: number;
  firstVisitAt?: number;
  lastVisitAt?: number;
  /** When the broadcaster reported the first visit, or decided to: it does so at most once. */
  notifiedAt?: number;
}

export interface BroadcastState {
  id: typeof BROADCAST_ID;
  rev: number;
  count: number;
  viewers: number;
  /** Sum of the shards' `arrivals` when the values were read. */
  arrivals: number;
  /** When the values were read; milliseconds since 1970. */
  readAt: number;
  /** The next broadcast may not begin before this; milliseconds since 1970. */
  notBefore: number;
  /** Changes with every renewal of the broadcaster's lease; 0 when it is free. Milliseconds since 1970, on its holder's clock. */
  leaseUntil: number;
  /** The last revision that was delivered. Smaller than `rev` while a broadcast is under way or was cut off. */
  deliveredRev: number;
  /** The largest audience of a broadcast on the day (UTC) of `readAt`. */
  largest: number;
  /** When a {@link DayItem} was last written; milliseconds since 1970. */
  recordedAt: number;
  /** `arrivals` in that item: its totals are current while this equals `arrivals`. */
  recordedArrivals: number;
  /** When count.json was last written; milliseconds since 1970. */
  filedAt: number;
  /** The last revision whose numbers count.json shows. */
  filedRev: number;
}

/**
 * Running totals, not the day's own figures: the visits of a day are the difference to the day before, so writing an item twice doubles
 * nothing. Days without arrivals have no item.
 */
export interface DayItem {
  id: `${typeof DAY_PREFIX}${string}`;
  /** Counted visits, without imported ones. */
  visits: number;
  own: number;
  bots: number;
  /** Visits by the page's path: `{ de: 4 }`. */
  editions: Record<string, number>;
  /** Grows with every arrival: a writer with an older number has older totals. */
  arrivals: number;
  /** The day's largest audience; not a total. */
  viewers: number;
  /** In the first item only: `visits` before the days were recorded. */
  visitsBefore?: number;
}

export const dayOf = (nowMs: number): string => new Date(nowMs).toISOString().slice(0, 10);

export interface ImportMarker {
  id: `${typeof IMPORT_PREFIX}${string}`;
  /** Visits in the export. */
  count: number;
  /** JSON of the export's days (cli/count/count-file.ts), if this counter is not where they were counted. */
  days?: string;
}

/** A visit through a counted link, as a Lambda event filter pattern over the VisitorCount stream: not its creation or removal. */
export const LINK_FILTER_PATTERN = JSON.stringify({
  dynamodb: { Keys: { id: { S: [{ prefix: LINK_PREFIX }] } } },
  eventName: ['MODIFY'],
});

/**
 * Records that start a broadcast, as a Lambda event filter pattern over the VisitorCount stream:
 * arrivals and departures, but neither markers nor the broadcaster's own state.
 */
export const BROADCAST_FILTER_PATTERN = JSON.stringify({
  dynamodb: { Keys: { id: { S: [{ prefix: VISITS_SHARD_PREFIX }, DEPARTURE_ID] } } },
});
