/** The files that belong to Cloud Resume in an owner's folder. Owners may edit them; `upgrade` then leaves them alone. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sourceCode } from '../../site/how/source-code.ts';
import { PROGRAM } from '../configuration/folders.ts';
import { readProgram } from '../configuration/version.ts';
import type { Workflows } from './project.ts';

/** Of this repository, copied for owners who want no external workflow. */
export const COPIES = ['destroy.yml', 'plan.yml', 'preview.yml', 'production.yml', 'scheduled.yml'];
const WORKFLOW_FOLDER = '.github/workflows';

/** @returns contents by path, relative to the owner's folder */
export async function generatedFiles(workflows: Workflows): Promise<Record<string, string>> {
  const files: Record<string, string> = { '.gitignore': GITIGNORE, 'README.md': README };
  const publish = `${WORKFLOW_FOLDER}/publish.yml`;
  const shared = workflows === 'shared' ? await sharedWorkflow() : undefined;
  if (shared) files[publish] = publishWorkflow(shared);
  if (workflows === 'own') {
    files[publish] = OWN_PUBLISH;
    for (const name of COPIES)
      files[`${WORKFLOW_FOLDER}/${name}`] = await readFile(join(PROGRAM, WORKFLOW_FOLDER, name), 'utf8');
  }
  return files;
}

/**
 * Where GitHub finds the reusable workflow of this version: `octocat/cloud-resume/.github/workflows/site.yml@<commit> # v1.2.3`.
 * @returns undefined if this package or clone does not come from GitHub
 */
export async function sharedWorkflow(): Promise<string | undefined> {
  const { url = '', commit } = (await sourceCode()) ?? {};
  const [, repository] = /^https:\/\/github\.com\/(.+)$/.exec(url) ?? [];
  return repository && `${repository}/.github/workflows/site.yml@${commit} # v${readProgram().version}`;
}

/** GitHub reads workflows only at the top of a repository. @returns that folder, if `folder` is below it */
export function repositoryAbove(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return undefined;
  for (let parent = dirname(folder); ; parent = dirname(parent)) {
    if (existsSync(join(parent, '.git'))) return parent;
    if (parent === dirname(parent)) return undefined;
  }
}

const GITIGNORE = `node_modules/
dist/
.data/
.cache/
plan/
*.log
# What only your own builds contain.
*.private.json
*.private.yaml
*.private.yml
`;

const OWN_PUBLISH = `# Publishes each push to main. The other workflows comment on pull requests and check the live site every morning.
# They do nothing until \`npm run bootstrap\` has let this repository into your AWS account.
name: publish

on:
  push:
    branches: [main]
  workflow_dispatch:

permissions: {}

jobs:
  production:
    # A manual run can select any branch.
    if: github.ref == 'refs/heads/main'
    uses: ./.github/workflows/production.yml
    # What all of its jobs need together; each job gets less.
    permissions:
      contents: read
      id-token: write
      pull-requests: write
`;

export function publishWorkflow(uses: string): string {
  return `# Publishes this résumé: plans and applies each push to main, comments on pull requests, checks the live site every morning.
# It does nothing until \`npm run bootstrap\` has let this repository into your AWS account.
name: publish

on:
  push:
    branches: [main]
  pull_request:
    types: [opened, reopened, synchronize, closed]
  schedule:
    - cron: 17 5 * * *
  workflow_dispatch:

permissions: {}

jobs:
  site:
    uses: ${uses}
    # What all of its jobs need together; each job gets less.
    permissions:
      contents: read
      id-token: write
      issues: write
      pull-requests: write
    with:
      # A copy of the site for each pull request.
      previews: true
      # The live site, every morning.
      checks: true
`;
}

const README = `# My résumé

Published with [Cloud Resume](https://www.npmjs.com/package/cloud-resume): a page with a live visitor counter, in my own AWS account.

| to | run |
|---|---|
| see it here, with every change | \`npm run dev\` |
| check \`resume.json\` | \`npm run validate\` |
| put it into AWS | \`npm run deploy\` |
| see visits by day | \`npm run stats\` |
| let GitHub publish every push | \`npm run bootstrap\`, once |
| get a new version | \`npm update cloud-resume\`, then \`npx cloud-resume upgrade\` |
| delete everything in AWS | \`npm run destroy\` |

My files: \`resume.json\` is the content ([JSON Resume](https://jsonresume.org/schema)), \`cloud-resume.json\` the settings. Optional:
\`theme.css\` for colours and fonts, \`public/\` for more files, \`resume.de.json\` for another language.
\`npm run\` lists all commands.
`;
