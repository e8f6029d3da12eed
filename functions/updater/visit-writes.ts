/** What a handshake writes, in one transaction. */
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import {
  BOTS_ATTRIBUTE,
  CONNECTION_IDS_KEY,
  COUNT_ATTRIBUTE,
  EDITION_ATTRIBUTE_PREFIX,
  LINK_PREFIX,
  OWN_VISITS_ATTRIBUTE,
  TTL_ATTRIBUTE,
  VISIT_MARKER_PREFIX,
  VISITOR_COUNT_KEY,
  VISITS_SHARD_PREFIX,
} from '../../contract/tables.ts';
import { VISIT_MEMORY_SECONDS } from '../../contract/visit.ts';
import type { Database } from '../shared/dynamodb.ts';
import { expiryOf } from '../shared/lifetimes.ts';
import type { NewConnection, Outcome } from './count-visit.ts';

/** What is known of the visit when a transaction is tried. */
export interface Attempt {
  outcome: Outcome;
  /** The link that this visit is counted for; it existed when it was read. */
  linkId: string | undefined;
  shard: number;
  nowMs: number;
}

/** The visit's marker and its link come first, as far as they are written. Only these two have conditions. */
export function writesOf(
  database: Database,
  connection: NewConnection,
  { outcome, linkId, shard, nowMs }: Attempt,
): TransactWriteItem[] {
  const { visitorCountTable: TableName } = database;
  const nowSeconds = Math.floor(nowMs / 1000);
  return [
    outcome !== 'uncounted' && markerWrite(TableName, connection.visitId, outcome, linkId, nowSeconds),
    linkId !== undefined && linkWrite(TableName, linkId, nowMs),
    arrivalWrite(TableName, connection, outcome, shard),
    connectionWrite(database, connection, nowMs),
  ].filter((write) => write !== false);
}

function markerWrite(
  TableName: string,
  visitId: string,
  outcome: Outcome,
  linkId: string | undefined,
  nowSeconds: number,
): TransactWriteItem {
  const key = { [VISITOR_COUNT_KEY]: { S: VISIT_MARKER_PREFIX + visitId } };
  const expiry = { N: String(nowSeconds + VISIT_MEMORY_SECONDS) };
  const link = linkId !== undefined && { S: linkId };
  if (outcome !== 'known')
    return {
      Put: {
        TableName,
        Item: { ...key, [TTL_ATTRIBUTE]: expiry, ...(link && { link }) },
        // TTL deletes late: an expired marker may still exist.
        ConditionExpression: `attribute_not_exists(${VISITOR_COUNT_KEY}) OR ${TTL_ATTRIBUTE} <= :now`,
        ExpressionAttributeValues: { ':now': { N: String(nowSeconds) } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    };
  return {
    Update: {
      TableName,
      Key: key,
      UpdateExpression: `SET ${TTL_ATTRIBUTE} = :expiry${link ? ', link = :link' : ''}`,
      ...(link && { ConditionExpression: 'attribute_not_exists(link)' }),
      ExpressionAttributeValues: { ':expiry': expiry, ...(link && { ':link': link }) },
    },
  };
}

/** The condition keeps a visit from creating a link again that its owner has removed. */
function linkWrite(TableName: string, linkId: string, nowMs: number): TransactWriteItem {
  return {
    Update: {
      TableName,
      Key: { [VISITOR_COUNT_KEY]: { S: LINK_PREFIX + linkId } },
      UpdateExpression:
        'SET firstVisitAt = if_not_exists(firstVisitAt, :now), lastVisitAt = :now ADD visits :one',
      ConditionExpression: `attribute_exists(${VISITOR_COUNT_KEY})`,
      ExpressionAttributeValues: { ':now': { N: String(nowMs) }, ':one': { N: '1' } },
    },
  };
}

/** Every connection changes a shard, counted or not: the change starts the broadcaster. */
function arrivalWrite(
  TableName: string,
  { countsAs, edition }: NewConnection,
  outcome: Outcome,
  shard: number,
): TransactWriteItem {
  const counts: string[] = [];
  if (outcome === 'counted') counts.push(COUNT_ATTRIBUTE);
  if (outcome === 'counted' && edition !== undefined) counts.push(EDITION_ATTRIBUTE_PREFIX + edition);
  if (outcome === 'own') counts.push(OWN_VISITS_ATTRIBUTE);
  if (countsAs === 'bot') counts.push(BOTS_ATTRIBUTE);
  return {
    Update: {
      TableName,
      Key: { [VISITOR_COUNT_KEY]: { S: `${VISITS_SHARD_PREFIX}${shard}` } },
      UpdateExpression: ['ADD arrivals :one', ...counts.map((_, i) => `#${i} :one`)].join(', '),
      ...(counts.length > 0 && {
        ExpressionAttributeNames: Object.fromEntries(counts.map((name, i) => [`#${i}`, name])),
      }),
      ExpressionAttributeValues: { ':one': { N: '1' } },
    },
  };
}

function connectionWrite(
  { connectionIdsTable }: Database,
  { connectionId, kind }: NewConnection,
  nowMs: number,
): TransactWriteItem {
  return {
    Put: {
      TableName: connectionIdsTable,
      Item: {
        [CONNECTION_IDS_KEY]: { S: connectionId },
        connectedAt: { N: String(nowMs) },
        [TTL_ATTRIBUTE]: { N: String(expiryOf(kind, nowMs)) },
      },
    },
  };
}
