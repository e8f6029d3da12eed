/** The first design's resources. */
import { ENVIRONMENT } from '../../contract/function-env.ts';
import { CONNECTION_IDS_KEY } from '../../contract/tables.ts';
import type { LambdaFunction, Topology } from '../../local-cloud/topology.ts';

/**
 * Only $connect and $disconnect, a stream with new images, one record per invocation, and Lambda's defaults.
 * @param codeDirectory folder with `updater` and `broadcaster`
 * @param seats pages that connect before anything is posted
 */
export function firstDesign(topology: Topology, codeDirectory: string, seats = 0): Topology {
  const [updater, broadcaster] = topology.functions as [LambdaFunction, LambdaFunction];
  const [connectionIds, visitorCount] = topology.tables as [Topology['tables'][0], Topology['tables'][0]];
  const { webSocketApi: api } = topology;
  const [mapping] = topology.eventSourceMappings;
  return {
    ...topology,
    tables: [
      { TableName: connectionIds.TableName, ...keyed(CONNECTION_IDS_KEY) },
      {
        ...visitorCount,
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      },
    ],
    functions: [
      { ...updater, codeDirectory: `${codeDirectory}/updater` },
      {
        ...broadcaster,
        codeDirectory: `${codeDirectory}/broadcaster`,
        environment: {
          [ENVIRONMENT.connectionIdsTable]: connectionIds.TableName,
          [ENVIRONMENT.managementEndpoint]: broadcaster.environment[ENVIRONMENT.managementEndpoint]!,
          SEATS: String(seats),
        },
      },
    ],
    webSocketApi: {
      ...api,
      routes: api.routes.filter(({ routeKey }) => routeKey === '$connect' || routeKey === '$disconnect'),
    },
    eventSourceMappings: [
      {
        ...mapping!,
        batchSize: 1,
        filterPatterns: [],
        maximumRetryAttempts: -1,
        maximumRecordAgeInSeconds: -1,
      },
    ],
    schedules: [],
  };
}

const keyed = (name: string) => ({
  KeySchema: [{ AttributeName: name, KeyType: 'HASH' as const }],
  AttributeDefinitions: [{ AttributeName: name, AttributeType: 'S' as const }],
  BillingMode: 'PAY_PER_REQUEST' as const,
});
