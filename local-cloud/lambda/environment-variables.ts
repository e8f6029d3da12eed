import type { LambdaFunction } from '../topology.ts';

export interface EnvironmentInput {
  fn: LambdaFunction;
  region: string;
  logStreamName: string;
  /** Endpoints and credentials from the local cloud. The function's own values override them. */
  shared: Record<string, string>;
}

/**
 * The environment of a function's process: what Lambda's documentation lists as "defined runtime environment variables",
 * and nothing from the host.
 */
export function environmentVariables({ fn, region, logStreamName, shared }: EnvironmentInput) {
  return {
    // Lambda has no configuration files; without this the SDK would read those of the host's user.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ...shared,
    ...fn.environment,
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
