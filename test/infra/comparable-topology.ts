import type { Topology } from '../../local-cloud/topology.ts';

/** A topology without the names and addresses that differ between AWS and `npm start`. */
export function comparable(topology: Topology) {
  const { tables, functions, webSocketApi, eventSourceMappings, schedules, edge } = topology;
  // A bucket's name ends with the account.
  const own = (name: string) => name.replace(/^cloud-resume-(production-)?/, '').replace(/-\d{12}$/, '');
  return {
    tables: tables.map((table) => ({ ...table, TableName: own(table.TableName) })).sort(by('TableName')),
    functions: functions
      .map(({ functionName, handler, timeout, memorySize, environment }) => {
        const {
          COUNTER_SHARDS = '8',
          API_GATEWAY_MANAGEMENT_ENDPOINT: endpoint,
          ORIGIN_SECRETS: secrets,
          // `npm start` probes no site, sends no e-mail and costs nothing.
          SITE_URL: _siteUrl,
          ALARM_TOPIC_ARN: _topic,
          CEILING_USD_PER_HOUR: _ceiling,
          ...others
        } = environment;
        return {
          functionName: own(functionName),
          handler,
          timeout,
          memorySize,
          environment: Object.fromEntries(
            Object.entries({
              COUNTER_SHARDS,
              ...others,
              // Every deployment has its own secrets. CloudFront must send the first one.
              ...(secrets && {
                sendsFirstSecret: String(secrets.split(',')[0] === Object.values(edge!.originHeaders)[0]),
              }),
              ...(endpoint && {
                endpoint: endpoint.replace(/\/\/[^.]+\.execute-api\.[^.]+\./, '//API.execute-api.REGION.'),
              }),
            }).map(([key, value]) => [key, own(value)]),
          ),
        };
      })
      .sort(by('functionName')),
    routes: webSocketApi.routes
      // `npm start` has higher throttles, for benchmarks and storms.
      .map(({ throttle: _throttle, ...route }) => ({ ...route, functionName: own(route.functionName) }))
      .sort(by('routeKey')),
    routeSelectionExpression: webSocketApi.routeSelectionExpression,
    stage: webSocketApi.stage,
    edge: { pathPattern: edge!.pathPattern, originHeaders: Object.keys(edge!.originHeaders) },
    mappings: eventSourceMappings.map(
      ({ uuid: _uuid, onFailure: _onFailure, functionName, tableName, ...mapping }) => ({
        ...mapping,
        filterPatterns: mapping.filterPatterns.toSorted(),
        functionName: own(functionName),
        tableName: own(tableName),
      }),
    ),
    schedules: schedules.toSorted(by('functionName')).map(({ name, functionName, ...schedule }) => ({
      ...schedule,
      name: own(name),
      functionName: own(functionName),
    })),
  };
}

function by<K extends string>(key: K): (a: Record<K, string>, b: Record<K, string>) => number {
  return (a, b) => a[key].localeCompare(b[key]);
}
