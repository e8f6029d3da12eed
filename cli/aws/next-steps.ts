/** What is left to do on GitHub, as commands to copy. */
import type { Configuration } from '../configuration/index.ts';

/** infra/bootstrap/outputs.tf, as `terraform output -json` puts it out. */
export interface BootstrapOutputs {
  role_arns: { value: Record<string, string> };
  permissions_boundary: { value: string };
  region: { value: string };
}

/** @param repository `owner/name` */
export function nextSteps(
  repository: string,
  outputs: BootstrapOutputs,
  { file, settings }: Pick<Configuration, 'file' | 'settings'>,
): string[] {
  const roles = Object.entries(outputs.role_arns.value).sort(([a], [b]) => a.localeCompare(b));
  const boundary = outputs.permissions_boundary.value;
  const on = `--repo ${repository}`;
  const put = (environment: string) =>
    `gh api --silent --method PUT repos/${repository}/environments/${environment}`;
  return [
    '\nNow tell GitHub (gh is its command line, https://cli.github.com).',
    'First that production is deployed from main alone, with your approval. AWS asks for no branch: until then, any could.\n',
    `${put('production')} ${PROTECTION.join(' ')}`,
    `gh api --silent --method POST repos/${repository}/environments/production/deployment-branch-policies -f name=main`,
    '\nIf it refuses reviewers (private repositories have them with GitHub Enterprise), leave the last two fields of the first out.',
    'If it refuses the branch (private repositories on GitHub Free), stop here. Else the roles:\n',
    ...roles.flatMap(([environment, arn]) => [
      ...(environment === 'production' ? [] : [put(environment)]),
      `gh variable set AWS_ROLE_ARN ${on} --env ${environment} --body ${arn}`,
    ]),
    `gh variable set PERMISSIONS_BOUNDARY ${on} --body ${boundary}`,
    ...(settings.permissionsBoundary === boundary
      ? []
      : [
          `\nSay the same at the top of ${file}; else a deploy from your own machine takes the boundary off:\n`,
          `"permissionsBoundary": "${boundary}",`,
        ]),
    '\nWhen GitHub has taken all of that, switch the workflows on: from the next push to main on, they deploy (docs/pipeline.md).\n',
    `gh variable set AWS_REGION ${on} --body ${outputs.region.value}`,
  ];
}

/** Fields of https://docs.github.com/en/rest/deployments/environments; the quotes are for any shell. */
const PROTECTION = [
  `-F 'deployment_branch_policy[protected_branches]=false'`,
  `-F 'deployment_branch_policy[custom_branch_policies]=true'`,
  `-f 'reviewers[][type]=User'`,
  `-F "reviewers[][id]=$(gh api user --jq .id)"`,
];
