/**
 * Reports the first visit through each counted link: a line in the log and, where there is a topic, an e-mail. At most once: `notifiedAt`
 * is set first, so a crash after it loses the e-mail and the statistics still show the visit (decision 15).
 */
import { LINK_PREFIX, VISITOR_COUNT_KEY } from '../../contract/tables.ts';
import { numberOf, readItems } from '../shared/counter.ts';
import { unlessConditionFails, type Database } from '../shared/dynamodb.ts';
import type { Http } from '../shared/http.ts';
import type { Log } from '../shared/log.ts';

export interface OpeningsOptions {
  database: Database;
  log: Log;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Sends an e-mail; missing where there is no topic. */
  publish?: ((subject: string, message: string) => Promise<void>) | undefined;
}

/** BatchGetItem takes as many keys. */
const MAX_KEYS = 100;

/**
 * Reports those of the links that were visited and never reported. One read unit per link, and one write unit once.
 * Never rejects: an e-mail that fails must not make Lambda redeliver the batch.
 * @param ids keys of changed items: `link#<link id>`
 */
export async function reportOpenings(options: OpeningsOptions, ids: readonly string[]): Promise<void> {
  const distinct = [...new Set(ids)];
  try {
    for (let i = 0; i < distinct.length; i += MAX_KEYS) {
      const items = await readItems(options.database, distinct.slice(i, i + MAX_KEYS), { consistent: true });
      const unreported = items.filter((item) => item['firstVisitAt'] && !item['notifiedAt']);
      await Promise.all(unreported.map((item) => report(options, item[VISITOR_COUNT_KEY]!.S!)));
    }
  } catch (error) {
    options.log('error', 'first visit not reported', { reason: String(error) });
  }
}

async function report({ database, log, now, publish }: OpeningsOptions, id: string): Promise<void> {
  const link = await claim(database, id, now());
  if (!link) return;
  const label = link['label']?.S ?? id.slice(LINK_PREFIX.length);
  const [day, time] = new Date(numberOf(link, 'firstVisitAt')).toISOString().split('T');
  const notice = `${label} opened your résumé at ${time!.slice(0, 5)} UTC on ${day}.`;
  // The local cloud prints notices in the terminal.
  log('info', 'first visit through a link', { link: id.slice(LINK_PREFIX.length), notice });
  // SNS accepts only ASCII in a subject, and labels are any text.
  await publish?.('Your resume was opened', `${notice}\n\nnpm run stats shows all openings of your links.`);
}

/** @returns the link, or undefined if it was removed or another broadcaster reports it */
const claim = ({ dynamodb, visitorCountTable }: Database, id: string, nowMs: number) =>
  unlessConditionFails(async () => {
    const { Attributes } = await dynamodb.send('UpdateItem', {
      TableName: visitorCountTable,
      Key: { [VISITOR_COUNT_KEY]: { S: id } },
      UpdateExpression: 'SET notifiedAt = :now',
      ConditionExpression: 'attribute_exists(firstVisitAt) AND attribute_not_exists(notifiedAt)',
      ExpressionAttributeValues: { ':now': { N: String(nowMs) } },
      ReturnValues: 'ALL_NEW',
    });
    return Attributes;
  });

/** A failing topic may delay the end of one invocation by this much, once per link. */
const PUBLISH_MS = 2_000;

/**
 * Publishes to an SNS topic, in one attempt: SNS cannot tell a retry from another message.
 * @param http with the endpoint `https://sns.{region}.amazonaws.com`
 */
export const createPublish =
  (http: Http, topicArn: string) =>
  async (subject: string, message: string): Promise<void> => {
    const parameters = { TopicArn: topicArn, Subject: subject, Message: message };
    const { statusCode, body } = await http({
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: String(new URLSearchParams({ Action: 'Publish', Version: '2010-03-31', ...parameters })),
      timeoutMs: PUBLISH_MS,
    });
    if (statusCode !== 200) throw new Error(`SNS answered ${statusCode}: ${body.slice(0, 300)}`);
  };
