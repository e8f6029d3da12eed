/** The parts of the system in the order a visit passes them, and the connections between them. */

export interface Component {
  id: string;
  /** Visible in the picture. */
  name: string;
  service?: string;
  /** What it does for a visit: one sentence of the list. */
  does: string;
  /** Where its code or configuration is. */
  source: string;
  /** Position in the picture: left, top and width. */
  box: [x: number, y: number, width: number];
}

export const COMPONENTS: Component[] = [
  {
    id: 'browser',
    name: 'Browser',
    does: 'opens the page and a WebSocket, and shows the numbers that arrive',
    source: 'site/client/live-counter.ts',
    box: [105, 6, 150],
  },
  {
    id: 'cloudfront',
    name: 'CloudFront',
    does: 'is the one public address: it answers the page from a cache near you and forwards the WebSocket',
    source: 'infra/distribution.tf',
    box: [105, 86, 150],
  },
  {
    id: 's3',
    name: 'S3',
    does: 'keeps the page in a bucket that only CloudFront can read',
    source: 'infra/site.tf',
    box: [6, 166, 110],
  },
  {
    id: 'api-gateway',
    name: 'API Gateway',
    service: 'WebSocket API',
    does: 'holds every open connection and turns handshakes and messages into function calls',
    source: 'contract/messages.ts',
    box: [170, 166, 172],
  },
  {
    id: 'updater',
    name: 'updater',
    service: 'Lambda',
    does: 'writes your visit, the counter and your connection in one transaction, before the handshake is answered',
    source: 'functions/updater/count-visit.ts',
    box: [170, 246, 172],
  },
  {
    id: 'visitor-count',
    name: 'VisitorCount',
    service: 'DynamoDB',
    does: 'holds the count and remembers your visit for 24 hours, so a reload is not counted again',
    source: 'contract/tables.ts',
    box: [6, 326, 160],
  },
  {
    id: 'connection-ids',
    name: 'ConnectionIds',
    service: 'DynamoDB',
    does: 'lists the connections that are open now',
    source: 'contract/tables.ts',
    box: [182, 326, 160],
  },
  {
    id: 'stream',
    name: 'its stream',
    service: 'DynamoDB Streams',
    does: 'reports each change of the count, in order',
    source: 'infra/visitor_count.tf',
    box: [6, 406, 160],
  },
  {
    id: 'broadcaster',
    name: 'broadcaster',
    service: 'Lambda',
    does: 'reads the newest numbers and posts them through API Gateway to every open page',
    source: 'functions/broadcaster/broadcast.ts',
    box: [182, 406, 160],
  },
];

/** SVG paths between components. */
export const EDGES: { between: [string, string]; path: string }[] = [
  { between: ['browser', 'cloudfront'], path: 'M180 50V86' },
  { between: ['cloudfront', 's3'], path: 'M140 130 61 166' },
  { between: ['cloudfront', 'api-gateway'], path: 'M220 130 256 166' },
  { between: ['api-gateway', 'updater'], path: 'M256 210V246' },
  { between: ['updater', 'visitor-count'], path: 'M216 290 110 326' },
  { between: ['updater', 'connection-ids'], path: 'M268 290V326' },
  { between: ['visitor-count', 'stream'], path: 'M86 370V406' },
  { between: ['stream', 'broadcaster'], path: 'M166 428H182' },
  { between: ['broadcaster', 'connection-ids'], path: 'M262 406V370' },
  { between: ['broadcaster', 'api-gateway'], path: 'M342 428H352V188H342' },
];

/** The way of each kind of message through the system. */
export const ROUTES = {
  page: ['browser', 'cloudfront', 's3'],
  handshake: ['browser', 'cloudfront', 'api-gateway', 'updater', 'visitor-count', 'connection-ids'],
  snapshot: ['browser', 'cloudfront', 'api-gateway', 'updater', 'visitor-count'],
  broadcast: [
    'visitor-count',
    'stream',
    'broadcaster',
    'connection-ids',
    'api-gateway',
    'cloudfront',
    'browser',
  ],
  ping: ['browser', 'cloudfront', 'api-gateway', 'updater', 'connection-ids'],
} as const;

export type RouteName = keyof typeof ROUTES;
