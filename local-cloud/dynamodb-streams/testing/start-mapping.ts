import { join } from 'node:path';
import {
  createEventSourceMapping,
  createFileCheckpointStore,
  type EventSourceMappingOptions,
  type RunningMapping,
} from '../index.ts';
import { eventSourceMapping, type StreamTable } from './stream-table.ts';

type Changes = Partial<EventSourceMappingOptions> & Pick<EventSourceMappingOptions, 'invoke'>;

/** A running mapping on the table, stopped before the table goes. Its checkpoints are those of the mapping before it. */
export function startMapping(table: StreamTable, changes: Changes): RunningMapping {
  const mapping = createEventSourceMapping({
    mapping: eventSourceMapping(),
    dynamodb: table.dynamodb,
    streams: table.streams,
    checkpoints: checkpointsOf(table),
    ...changes,
  });
  table.beforeEnd(() => mapping.stop());
  mapping.start();
  return mapping;
}

export function checkpointsOf(table: StreamTable) {
  return createFileCheckpointStore(join(table.directory, 'checkpoints'));
}
