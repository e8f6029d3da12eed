/** The GitHub repository whose workflows may deploy, the IDs that GitHub puts into its tokens, and what is left to do there. */
import { spawnSync } from 'node:child_process';
import { UserError } from '../../shared/user-error.ts';
import type { Configuration } from '../configuration/index.ts';

export interface Repository {
  /** `owner/name`, in GitHub's spelling. */
  name: string;
  /** GitHub never reassigns these, unlike names. */
  ids: { owner: number; repository: number };
}

export interface RepositoryOptions {
  name: string;
  ownerId?: number | undefined;
  repositoryId?: number | undefined;
  environment?: NodeJS.ProcessEnv;
}

interface Described {
  full_name: string;
  id: number;
  owner: { id: number };
}

/** @returns `owner/name` of the remote `origin`, where that is on GitHub */
export function repositoryOfOrigin(cwd: string): string | undefined {
  const { status, stdout } = spawnSync('git', ['remote', 'get-url', 'origin'], { cwd, encoding: 'utf8' });
  return status === 0 ? readRemote(stdout.trim()) : undefined;
}

/** `https://github.com/owner/name.git`, `git@github.com:owner/name.git` and the like. */
export function readRemote(url: string): string | undefined {
  return /github\.com[/:]([A-Za-z0-9-]+\/[A-Za-z0-9._-]+?)(?:\.git)?\/?$/.exec(url)?.[1];
}

/** @throws {UserError} where GitHub cannot be reached and the answer is needed */
export async function describeRepository(options: RepositoryOptions): Promise<Repository> {
  const { name, ownerId, repositoryId } = options;
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/.test(name)) {
    throw new UserError(
      `The repository is ${JSON.stringify(name)}.`,
      'Give it as owner/name, such as octocat/resume.',
    );
  }
  if (ownerId !== undefined && repositoryId !== undefined)
    return { name, ids: { owner: ownerId, repository: repositoryId } };
  const described = await askGitHub(options);
  return { name: described.full_name, ids: { owner: described.owner.id, repository: described.id } };
}

async function askGitHub({ name, environment = process.env }: RepositoryOptions): Promise<Described> {
  const { GITHUB_API_URL: api = 'https://api.github.com', GITHUB_TOKEN: token } = environment;
  const remedy = [
    'Is the name right? For a private repository, set GITHUB_TOKEN (gh auth token prints one).',
    `Without a token: gh api repos/${name} --jq '.owner.id, .id' prints two numbers, for --owner-id and --repository-id.`,
  ].join('\n');
  let response: Response;
  try {
    response = await fetch(`${api}/repos/${name}`, {
      headers: { accept: 'application/vnd.github+json', ...(token && { authorization: `Bearer ${token}` }) },
    });
  } catch (error) {
    throw new UserError(`GitHub could not be asked about ${name}.`, remedy, { cause: error });
  }
  if (!response.ok)
    throw new UserError(`GitHub answered ${response.status} when asked about ${name}.`, remedy);
  return (await response.json()) as Described;
}

/** infra/bootstrap/outputs.tf, as `terraform output -json` prints it. */
export interface BootstrapOutputs {
  role_arns: { value: Record<string, string> };
  permissions_boundaries: { value: Record<string, string> };
  region: { value: string };
}

/** What is left to do on GitHub, as commands to copy. @param repository `owner/name` */
export function nextSteps(
  repository: string,
  outputs: BootstrapOutputs,
  { file, settings }: Pick<Configuration, 'file' | 'settings'>,
): string[] {
  const roles = Object.entries(outputs.role_arns.value).sort(([a], [b]) => a.localeCompare(b));
  const boundaries = outputs.permissions_boundaries.value;
  const on = `--repo ${repository}`;
  const put = (environment: string) =>
    `gh api --silent --method PUT repos/${repository}/environments/${environment}`;
  return [
    '\nNow tell GitHub (gh is its command line, https://cli.github.com).',
    'First, that production is deployed only from main and with your approval. AWS checks the branch too, but not your approval.\n',
    `${put('production')} ${PROTECTION.join(' ')}`,
    `gh api --silent --method POST repos/${repository}/environments/production/deployment-branch-policies -f name=main`,
    '\nIf it rejects reviewers (private repositories have them with GitHub Enterprise), leave out the last two fields of the first command.',
    'If it rejects the branch (private repositories on GitHub Free), skip it: AWS accepts only main. Then set the roles:\n',
    ...roles.flatMap(([environment, arn]) => [
      ...(environment === 'production' ? [] : [put(environment)]),
      `gh variable set AWS_ROLE_ARN ${on} --env ${environment} --body ${arn}`,
      `gh variable set PERMISSIONS_BOUNDARY ${on} --env ${environment} --body ${boundaries[environment]}`,
    ]),
    ...(settings.permissionsBoundary === boundaries['production']
      ? []
      : [
          `\nAdd it to environments.production in ${file} too; otherwise a deploy from your machine removes the boundary:\n`,
          `"permissionsBoundary": "${boundaries['production']}"`,
        ]),
    '\nWhen GitHub has accepted all of that, switch the workflows on. Every push to main then deploys (docs/pipeline.md).\n',
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
