/** A function that posts to the open connections as fast as the broadcaster's `management-api.ts` can: the limit of every broadcast. */
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { CONNECTION_IDS_KEY } from '../contract/tables.ts';
import { createManagementApi } from '../functions/shared/management-api.ts';
import { createHttp } from '../functions/shared/http.ts';

/** As in functions/broadcaster/index.ts. */
const CONCURRENCY = 64;

const client = new DynamoDBClient({});
const endpoint = process.env['API_GATEWAY_MANAGEMENT_ENDPOINT']!;
const { post } = createManagementApi(createHttp('execute-api', endpoint, { maxSockets: CONCURRENCY }));
const TableName = process.env['CONNECTION_IDS_TABLE']!;

interface Message {
  /** Posts to make, cycling through the connections. */
  posts: number;
  warmUp: number;
}

export async function handler(event: { body: string }): Promise<{ statusCode: number; body: string }> {
  const { posts, warmUp } = JSON.parse(event.body) as Message;
  const ids: string[] = [];
  for await (const page of paginateScan({ client }, { TableName }))
    ids.push(...(page.Items ?? []).map((row) => row[CONNECTION_IDS_KEY]!.S!));
  await postRound(ids, warmUp);
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  const delivered = await postRound(ids, posts);
  const ms = performance.now() - started;
  const cpu = process.cpuUsage(cpuBefore);
  return {
    statusCode: 200,
    body: JSON.stringify({ posts, delivered, ms, cpuMs: (cpu.user + cpu.system) / 1000 }),
  };
}

async function postRound(ids: string[], posts: number): Promise<number> {
  let next = 0;
  let delivered = 0;
  const work = async () => {
    while (next < posts) {
      // Pages ignore an old revision.
      const { outcome } = await post(ids[next++ % ids.length]!, '{"count":0,"viewers":0,"rev":0}');
      if (outcome === 'delivered') delivered++;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return delivered;
}
