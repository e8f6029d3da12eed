/** Lists every resource in the account of the kinds that the configuration creates. */
import { elements, type AwsReader } from './aws-reader.ts';

/** Kind, service, path or JSON operation or query parameters, and the field with the name or the names. */
const LISTS: [kind: string, service: string, asks: string, field: string][] = [
  ['bucket', 's3', '/', 'Name'],
  ['function', 'lambda', '/2015-03-31/functions/', 'FunctionName'],
  ['mapping', 'lambda', '/2015-03-31/event-source-mappings/', 'UUID'],
  ['api', 'apigateway', '/v2/apis', 'apiId'],
  ['distribution', 'cloudfront', '/2020-05-31/distribution', 'Id'],
  ['response-headers-policy', 'cloudfront', '/2020-05-31/response-headers-policy', 'Id'],
  ['origin-access-control', 'cloudfront', '/2020-05-31/origin-access-control', 'Id'],
  ['table', 'dynamodb', 'DynamoDB_20120810.ListTables', 'TableNames'],
  ['log group', 'logs', 'Logs_20140328.DescribeLogGroups', 'logGroupName'],
  ['rule', 'events', 'AWSEvents.ListRules', 'Name'],
  ['queue', 'sqs', 'AmazonSQS.ListQueues', 'QueueUrls'],
  ['budget', 'budgets', 'AWSBudgetServiceGateway.DescribeBudgets', 'BudgetName'],
  ['role', 'iam', 'Action=ListRoles&Version=2010-05-08', 'RoleName'],
  ['topic', 'sns', 'Action=ListTopics&Version=2010-03-31', 'TopicArn'],
  ['alarm', 'monitoring', 'Action=DescribeAlarms&Version=2010-08-01', 'AlarmName'],
  ['dashboard', 'monitoring', 'Action=ListDashboards&Version=2010-08-01', 'DashboardName'],
];

export async function listEverything(aws: AwsReader): Promise<string[]> {
  const answer = async (service: string, asks: string) => {
    if (asks.startsWith('/')) return (await aws.get(service, asks)).text();
    if (asks.includes('=')) return aws.query(service, Object.fromEntries(new URLSearchParams(asks)));
    return JSON.stringify(await aws.call(service, asks, { AccountId: '123456789012' }));
  };
  const lists = LISTS.map(async ([kind, service, asks, field]) => {
    const text = await answer(service, asks);
    const names = text.startsWith('{') ? valuesOf(text, field) : elements(text, field);
    return names.map((name) => `${kind} ${name}`);
  });
  return (await Promise.all(lists)).flat();
}

/** The values of all fields of that name, in any depth. */
function valuesOf(json: string, field: string): string[] {
  const values: string[] = [];
  JSON.parse(json, (key, value) => {
    if (key === field) values.push(...[value].flat());
    return value;
  });
  return values;
}
