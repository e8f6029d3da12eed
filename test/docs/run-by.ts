/** Which test runs a documented command, and by which of its words one sees it. */
export const RUN_BY: Record<string, { file: string; shows: string }> = {
  'npm run start': { file: 'test/support/server.ts', shows: "'start' | 'dev' = 'start'" },
  'npm run dev': { file: 'test/e2e/dev.test.ts', shows: "'dev'" },
  'npm run build': { file: 'cli/build.test.ts', shows: "run('build'" },
  'npm run validate': { file: 'cli/build.test.ts', shows: "run('validate'" },
  'npm run deploy': { file: 'test/infra/deploy.test.ts', shows: "'deploy'" },
  'npm run destroy': { file: 'test/infra/deploy.test.ts', shows: "'destroy'" },
  'npm run export': { file: 'cli/export-import.test.ts', shows: "'export' | 'import'" },
  'npm run import': { file: 'cli/export-import.test.ts', shows: "'export' | 'import'" },
  'npm run doctor': { file: 'test/e2e/doctor.test.ts', shows: 'cli/doctor.ts' },
  'npm run stats': { file: 'cli/stats/stats.test.ts', shows: 'cli/stats.ts' },
  'npm run logs': { file: 'test/infra/deploy.test.ts', shows: "succeeds('logs'" },
  'npm run bench': { file: 'bench/main.test.ts', shows: 'bench/main.ts' },
  'npm run check': { file: '.github/workflows/ci.yml', shows: 'npm run check' },
  'npm run bootstrap': { file: 'test/infra/bootstrap.test.ts', shows: "project.run('bootstrap'" },
  'npm run test': { file: '.ci/run', shows: 'npm test' },
  'terraform -chdir=infra init': { file: 'test/infra/tools.ts', shows: "'init'" },
  'terraform -chdir=infra apply': { file: 'test/infra/emulated-apply.test.ts', shows: "'apply'" },
};

/** Commands of the system's own, for the one who looks after a server: what they install and start is tried, they are not. */
export const NOT_OURS =
  /^(apt-get|useradd|chown|cd|cp|ln|sed|systemctl|curl|git|npm install|sudo -u cloud-resume git) /;
