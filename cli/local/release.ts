/** Releases in the owner's git history: which commit is checked out, and deploying another one with its own code. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../shared/user-error.ts';

/** @returns the commit that is checked out in a folder; undefined without git, and if files differ from that commit */
export function currentCommit(folder: string): string | undefined {
  try {
    const isUnchanged = git(folder, 'status', '--porcelain', '--untracked-files=no') === '';
    return isUnchanged ? git(folder, 'rev-parse', 'HEAD') : undefined;
  } catch {
    return undefined;
  }
}

/** @returns a release in a few words: `1a2b3c4 Add a job` */
export function describeRelease(folder: string, commit: string): string {
  return git(folder, 'log', '-1', '--format=%h %s', commit, '--');
}

/**
 * Runs `npm run deploy` of an earlier release in a second work tree, so that the checkout stays as it is.
 * @returns its exit code, or that of the installation before it
 */
export async function redeploy(folder: string, commit: string, flags: string[]): Promise<number> {
  const parent = mkdtempSync(join(tmpdir(), 'cloud-resume-release-'));
  const tree = join(parent, 'release');
  try {
    git(folder, 'worktree', 'add', '--quiet', '--detach', tree, commit);
    const cwd = join(tree, git(folder, 'rev-parse', '--show-prefix'));
    const options = { cwd, stdio: 'inherit', shell: process.platform === 'win32' } as const;
    // A clone installs what it needs by itself.
    if (usesPackage(cwd)) {
      const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], options);
      if (status !== 0) return status ?? 1;
    }
    const deploy = spawn('npm', ['run', '--silent', 'deploy', '--', ...flags], options);
    // The deploy stops gracefully; this process waits for it.
    const forward = (signal: NodeJS.Signals) => void deploy.kill(signal);
    process.on('SIGINT', forward).on('SIGTERM', forward);
    const [code] = (await once(deploy, 'exit')) as [number | null];
    process.off('SIGINT', forward).off('SIGTERM', forward);
    return code ?? 1;
  } finally {
    spawnSync('git', ['worktree', 'remove', '--force', tree], { cwd: folder });
    rmSync(parent, { recursive: true, force: true });
  }
}

/** Whether the program comes from npm: that release's version is in its lock file. */
function usesPackage(folder: string): boolean {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string> | undefined>;
  return 'cloud-resume' in { ...dependencies, ...devDependencies };
}

function git(folder: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
  if (status === 0) return stdout.trim();
  throw new UserError(
    `git ${args[0]} failed: ${(error?.message ?? stderr).trim()}`,
    'Earlier releases are in the git history of your repository. In a workflow, check it out with fetch-depth: 0.',
  );
}
