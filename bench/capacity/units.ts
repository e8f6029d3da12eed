/** DynamoDB's request units, from `ConsumedCapacity`. */

export interface Operation {
  calls: number;
  units: number;
}

/** By operation: `Scan`, `PutItem` … */
export type Units = Record<string, Operation>;
/** By calling function: `updater`, `broadcaster`. */
export type UnitsByCaller = Record<string, Units>;

const READS = new Set(['GetItem', 'BatchGetItem', 'Scan', 'Query', 'TransactGetItems']);
const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']);

/** @returns `undefined` for operations that are not billed in units, such as DescribeTable */
export function kindOf(operation: string): 'read' | 'write' | undefined {
  return READS.has(operation) ? 'read' : WRITES.has(operation) ? 'write' : undefined;
}

interface AnswerBody {
  __type?: string;
  ConsumedCapacity?: { CapacityUnits?: number } | { CapacityUnits?: number }[];
}

/**
 * The units of one call. A failed condition is answered without figures, but billed like the write: one unit for an item up to 1 KB, in a
 * transaction two per item.
 */
export function unitsOf(
  operation: string,
  request: { TransactItems?: unknown[] },
  answer: AnswerBody,
): number {
  const type = answer.__type?.split('#').at(-1);
  if (operation === 'TransactWriteItems' && type === 'TransactionCanceledException')
    return 2 * (request.TransactItems?.length ?? 0);
  if (type === 'ConditionalCheckFailedException') return 1;
  const consumed = answer.ConsumedCapacity ?? [];
  const entries = Array.isArray(consumed) ? consumed : [consumed];
  return entries.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}

/** The read and write units of all operations. */
export function totalOf(units: Units): { readUnits: number; writeUnits: number } {
  const sum = (kind: 'read' | 'write') =>
    Object.entries(units)
      .filter(([operation]) => kindOf(operation) === kind)
      .reduce((total, [, operation]) => total + operation.units, 0);
  return { readUnits: sum('read'), writeUnits: sum('write') };
}
