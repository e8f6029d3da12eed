/** DynamoDB's request units, as its own `ConsumedCapacity` states them. */

export interface Operation {
  calls: number;
  /** Calls that a condition refused; they are billed all the same. */
  refused: number;
  units: number;
}

/** By operation: `Scan`, `PutItem` … */
export type Units = Record<string, Operation>;
/** By the function that called: `updater`, `broadcaster`. */
export type UnitsByCaller = Record<string, Units>;

const READS = new Set(['GetItem', 'BatchGetItem', 'Scan', 'Query', 'TransactGetItems']);
const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']);

/** Whether an operation reads or writes items; `undefined` for what is not billed by units (DescribeTable …). */
export function kindOf(operation: string): 'read' | 'write' | undefined {
  return READS.has(operation) ? 'read' : WRITES.has(operation) ? 'write' : undefined;
}

interface AnswerBody {
  __type?: string;
  ConsumedCapacity?: { CapacityUnits?: number } | { CapacityUnits?: number }[];
}

/**
 * What one call costs. A refused one comes without figures: DynamoDB bills a write that fails its condition as if it had been made,
 * one unit for an item up to 1 KB, and in a transaction two for each item.
 */
export function unitsOf(
  operation: string,
  request: { TransactItems?: unknown[] },
  answer: AnswerBody,
): { units: number; refused: boolean } {
  const type = answer.__type?.split('#').at(-1);
  if (operation === 'TransactWriteItems' && type === 'TransactionCanceledException')
    return { units: 2 * (request.TransactItems?.length ?? 0), refused: true };
  if (type === 'ConditionalCheckFailedException') return { units: 1, refused: true };
  const consumed = answer.ConsumedCapacity ?? [];
  const entries = Array.isArray(consumed) ? consumed : [consumed];
  return { units: entries.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0), refused: false };
}

/** Read and write units of all operations together. */
export function totalOf(units: Units): { readUnits: number; writeUnits: number } {
  const sum = (kind: 'read' | 'write') =>
    Object.entries(units)
      .filter(([operation]) => kindOf(operation) === kind)
      .reduce((total, [, operation]) => total + operation.units, 0);
  return { readUnits: sum('read'), writeUnits: sum('write') };
}
