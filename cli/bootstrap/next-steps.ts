/** What is left to do on GitHub, as commands to copy. */

/** infra/bootstrap/outputs.tf, as `terraform output -json` puts it out. */
export interface BootstrapOutputs {
  role_arns: { value: Record<string, string> };
  permissions_boundary: { value: string };
  region: { value: string };
}

/** @param repository `owner/name` */
export function nextSteps(repository: string, outputs: BootstrapOutputs): string[] {
  const roles = Object.entries(outputs.role_arns.value).sort(([a], [b]) => a.localeCompare(b));
  const on = `--repo ${repository}`;
  return [
    '\nNow tell GitHub (gh is its command line, https://cli.github.com):\n',
    ...roles.flatMap(([environment, arn]) => [
      `gh api --silent --method PUT repos/${repository}/environments/${environment}`,
      `gh variable set AWS_ROLE_ARN ${on} --env ${environment} --body ${arn}`,
    ]),
    `gh variable set PERMISSIONS_BOUNDARY ${on} --body ${outputs.permissions_boundary.value}`,
    `gh variable set AWS_REGION ${on} --body ${outputs.region.value}`,
    `\nThen say who approves a deploy, and that it comes from main alone: under "production" at`,
    `https://github.com/${repository}/settings/environments`,
    '\nFrom the next push to main on, the workflows deploy (docs/pipeline.md).',
  ];
}
