/** What steps need of GitHub: its REST API, whose URL, repository and token come from the job's environment, and step outputs. */
import { appendFileSync } from 'node:fs';
import { UserError } from '../../shared/user-error.ts';

export interface GitHub {
  /** `owner/name` */
  repository: string;
  /** URL of this run. */
  run: string;
  /** @param path below the repository: `/issues` @throws where GitHub rejects the request */
  ask<T>(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<T>;
  /** All pages of a list. */
  list<T>(path: string): Promise<T[]>;
}

const PAGE = 100;

/** @throws {UserError} outside a workflow */
export function connectToGitHub(): GitHub {
  const {
    GITHUB_API_URL: api,
    GITHUB_REPOSITORY: repository,
    GITHUB_TOKEN: token,
    GITHUB_SERVER_URL: server,
    GITHUB_RUN_ID: runId,
  } = process.env;
  if (!api || !repository || !token) {
    throw new UserError(
      'GITHUB_API_URL, GITHUB_REPOSITORY or GITHUB_TOKEN is not set.',
      'This is a step of a workflow: GitHub sets the first two, the step sets GITHUB_TOKEN to ${{ github.token }}.',
    );
  }
  const ask: GitHub['ask'] = async (method, path, body) => {
    const response = await fetch(`${api}/repos/${repository}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) {
      throw new UserError(
        `GitHub answered ${method} ${path} with ${response.status}: ${(await response.text()).slice(0, 500)}`,
        'Check that the job has the permission that it needs.',
      );
    }
    return (await response.json()) as never;
  };
  return {
    repository,
    run: `${server}/${repository}/actions/runs/${runId}`,
    ask,
    async list<T>(path: string) {
      const all: T[] = [];
      for (let page = 1; ; page++) {
        const items = await ask<T[]>(
          'GET',
          `${path}${path.includes('?') ? '&' : '?'}per_page=${PAGE}&page=${page}`,
        );
        all.push(...items);
        if (items.length < PAGE) return all;
      }
    },
  };
}

/** Sets an output of the workflow's step; nothing outside a workflow. */
export function setStepOutput(name: string, value: string): void {
  const outputs = process.env['GITHUB_OUTPUT'];
  if (outputs) appendFileSync(outputs, `${name}=${value}\n`);
}
