import type { LambdaFunction } from '../topology.ts';

export interface EnvironmentInput {
  fn: LambdaFunction;
  region: string;
  logStreamName: string;
  /** Set by the local cloud for every function: endpoints and credentials. The function's own values win. */
  shared: Record<string, string>;
}

/**
 * The environment of a function's process: what Lambda sets (its documentation's "defined runtime environment
 * variables"), and nothing of the host's.
 */
export function environmentVariables({
  fn,
  region,
  logStreamName,
  shared,
}: EnvironmentInput): Record<string, string> {
  return {
    // Lambda has no configuration files; without this the SDK would read those of the host's user.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    // The SDK warns of Node.js versions that it will drop; on AWS the function's runtime is the one that Terraform names.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...shared,
    ...fn.environment,
    ...reservedVariables(fn, region, logStreamName),
  };
}

function reservedVariables(
  fn: LambdaFunction,
  region: string,
  logStreamName: string,
): Record<string, string> {
  return {
    _HANDLER: fn.handler,
    AWS_DEFAULT_REGION: region,
    AWS_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
    AWS_LAMBDA_FUNCTION_NAME: fn.functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memorySize),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
    LAMBDA_TASK_ROOT: fn.codeDirectory,
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin:/opt/bin',
    TZ: ':UTC',
  };
}
