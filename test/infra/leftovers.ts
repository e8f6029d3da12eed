/** Lists every resource in the account of the kinds that the configuration creates. */
import { elements, type AwsReader } from './aws-reader.ts';

export async function listEverything(aws: AwsReader): Promise<string[]> {
  const json = async <T>(service: string, path: string) => (await (await aws.get(service, path)).json()) as T;
  const xml = async (service: string, path: string) => (await aws.get(service, path)).text();
  const named = async (kind: string, names: Promise<string[]>) =>
    (await names).map((name) => `${kind} ${name}`);
  const query = async (service: string, Action: string, Version: string, element: string) =>
    elements(await aws.query(service, { Action, Version }), element);
  const called = async <T extends Record<string, unknown>>(
    service: string,
    target: string,
    list: keyof T,
    name: string,
  ) => {
    const answer = await aws.call<T>(service, target, { AccountId: '123456789012' });
    return ((answer[list] ?? []) as (Record<string, string> | string)[]).map((item) =>
      typeof item === 'string' ? item : item[name]!,
    );
  };
  const lists = await Promise.all([
    named(
      'bucket',
      xml('s3', '/').then((text) => elements(elements(text, 'Buckets').join(''), 'Name')),
    ),
    named(
      'function',
      json<{ Functions: { FunctionName: string }[] }>('lambda', '/2015-03-31/functions/').then(
        ({ Functions }) => Functions.map(({ FunctionName }) => FunctionName),
      ),
    ),
    named(
      'mapping',
      json<{ EventSourceMappings: { UUID: string }[] }>('lambda', '/2015-03-31/event-source-mappings/').then(
        ({ EventSourceMappings }) => EventSourceMappings.map(({ UUID }) => UUID),
      ),
    ),
    named(
      'api',
      json<{ items: { apiId: string }[] }>('apigateway', '/v2/apis').then(({ items }) =>
        items.map(({ apiId }) => apiId),
      ),
    ),
    ...['distribution', 'response-headers-policy', 'origin-access-control'].map((kind) =>
      named(
        kind,
        xml('cloudfront', `/2020-05-31/${kind}`).then((text) => elements(text, 'Id')),
      ),
    ),
    named('table', called('dynamodb', 'DynamoDB_20120810.ListTables', 'TableNames', '')),
    named('log group', called('logs', 'Logs_20140328.DescribeLogGroups', 'logGroups', 'logGroupName')),
    named('rule', called('events', 'AWSEvents.ListRules', 'Rules', 'Name')),
    named('queue', called('sqs', 'AmazonSQS.ListQueues', 'QueueUrls', '')),
    named('budget', called('budgets', 'AWSBudgetServiceGateway.DescribeBudgets', 'Budgets', 'BudgetName')),
    named('role', query('iam', 'ListRoles', '2010-05-08', 'RoleName')),
    named('topic', query('sns', 'ListTopics', '2010-03-31', 'TopicArn')),
    named('alarm', query('monitoring', 'DescribeAlarms', '2010-08-01', 'AlarmName')),
    named('dashboard', query('monitoring', 'ListDashboards', '2010-08-01', 'DashboardName')),
  ]);
  return lists.flat();
}
