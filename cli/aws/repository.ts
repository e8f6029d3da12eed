/** The GitHub repository whose workflows may deploy, and how GitHub names it in the tokens of its jobs. */
import { spawnSync } from 'node:child_process';
import { UserError } from '../../shared/user-error.ts';

export interface Repository {
  /** `owner/name`, letter by letter as GitHub writes it. */
  name: string;
  /** Where its tokens carry them. */
  ids?: { owner: number; repository: number };
}

/** How tokens name it: by names alone, or with numbers that never change hands. */
export type Subject = 'names' | 'numbers';

export interface RepositoryOptions {
  name: string;
  /** By default what GitHub says of the repository's age. */
  subject?: Subject | undefined;
  ownerId?: number | undefined;
  repositoryId?: number | undefined;
  environment?: NodeJS.ProcessEnv;
}

interface Described {
  full_name: string;
  id: number;
  owner: { id: number };
  created_at: string;
}

/**
 * From this day on new repositories have numbers in their tokens' subject.
 * https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/
 */
const NUMBERS_SINCE = Date.parse('2026-07-15T00:00:00Z');

/** @returns `owner/name` of the remote `origin`, where that is on GitHub */
export function repositoryOfOrigin(cwd: string): string | undefined {
  const { status, stdout } = spawnSync('git', ['remote', 'get-url', 'origin'], { cwd, encoding: 'utf8' });
  return status === 0 ? readRemote(stdout.trim()) : undefined;
}

/** `https://github.com/owner/name.git`, `git@github.com:owner/name.git` and the like. */
export function readRemote(url: string): string | undefined {
  return /github\.com[/:]([A-Za-z0-9-]+\/[A-Za-z0-9._-]+?)(?:\.git)?\/?$/.exec(url)?.[1];
}

/** @throws {UserError} where GitHub cannot be asked and the answer is needed */
export async function describeRepository(options: RepositoryOptions): Promise<Repository> {
  const { name, subject, ownerId, repositoryId } = options;
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/.test(name)) {
    throw new UserError(
      `The repository is ${JSON.stringify(name)}.`,
      'Give it as owner/name, such as octocat/resume.',
    );
  }
  if (subject === 'names') return { name };
  if (ownerId !== undefined && repositoryId !== undefined)
    return { name, ids: { owner: ownerId, repository: repositoryId } };
  const described = await askGitHub(options);
  const isNew = Date.parse(described.created_at) >= NUMBERS_SINCE;
  return {
    name: described.full_name,
    ...((subject === 'numbers' || isNew) && {
      ids: { owner: described.owner.id, repository: described.id },
    }),
  };
}

async function askGitHub({ name, environment = process.env }: RepositoryOptions): Promise<Described> {
  const { GITHUB_API_URL: api = 'https://api.github.com', GITHUB_TOKEN: token } = environment;
  const remedy = [
    'Is the name right? Of a private repository GitHub speaks only with GITHUB_TOKEN set (gh auth token prints one).',
    `Without: gh api repos/${name} --jq '.owner.id, .id' prints two numbers, for --owner-id and --repository-id;`,
    'a repository that is older than July 2026 and was never renamed needs none: --subject names.',
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
    throw new UserError(`GitHub answered ${response.status} to the question for ${name}.`, remedy);
  return (await response.json()) as Described;
}
