/** Which tests run the documented commands, and what is not run. */

export interface RunBy {
  /** The test's file. */
  file: string;
  /** The call that runs the command, as it stands there; spaces and line breaks do not count. Its flags are those that are tried. */
  call: string;
}

export const RUN_BY: Record<string, RunBy[]> = {
  'npm run start': [server("startServer(data.path, ['--port', String(port), '--public-url', PUBLIC_URL])")],
  'npm run dev': [
    {
      file: 'test/e2e/dev.test.ts',
      call: "startServer(join(data.path, 'data'), ['--resume', resume], 'dev')",
    },
  ],
  'npm run build': [
    build(
      "run('build', '--resume', await resume('a.json', { basics: { name: 'A' } }), '--out', out, '--no-pdf'",
    ),
    build("runIn(project, 'build', '--no-pdf')"),
    build("run('build', '--theme', theme,"),
  ],
  'npm run validate': [build("run('validate', 'resume.json')")],
  'npm run deploy': [deploy("succeeds('deploy', '--yes')")],
  'npm run destroy': [deploy("succeeds('destroy', '--yes')")],
  'npm run doctor': [
    { file: 'test/e2e/doctor.test.ts', call: 'doctor(healthy.url)' },
    deploy("project.run('doctor', '--env', 'production')"),
  ],
  'npm run export': [
    count("leave(['--data', data, '--out', file])"),
    count("leave(['--out', file, '--replace'], environment)"),
    deploy("succeeds('export', '--env', 'production', '--out', file)"),
  ],
  'npm run import': [
    count("enter([file, '--data', data])"),
    deploy("succeeds('import', file, '--env', 'production')"),
  ],
  'npm run logs': [deploy("succeeds('logs', '--station', 'updater')")],
  'npm run stats': [
    { file: 'cli/commands/stats.test.ts', call: "stats('--data', data, '--days', '7', '--html', page)" },
    deploy("succeeds('stats', '--env', 'production',"),
  ],
  'npm run bootstrap': [
    {
      file: 'test/infra/bootstrap.test.ts',
      call: "project.run('bootstrap', ...flags, '--subject', 'names')",
    },
  ],
  'npm run bench': [{ file: 'bench/main.test.ts', call: "bench('--quick', '--only', 'cold-start')" }],
  'npm run test': [
    { file: 'test/docs/commands.test.ts', call: "[...TSX, 'cli/commands/test.ts', 'cli/terminal/duration']" },
  ],
  'node cli/setup.mjs': [{ file: 'cli/setup.test.ts', call: 'project.setUp()' }],
  'node test/docs/infra-tables.ts': [
    { file: 'test/docs/infra-tables.test.ts', call: "'test/docs/infra-tables.ts']" },
  ],
  'terraform init': [
    { file: 'test/infra/emulated-apply.test.ts', call: "initTerraform(join(work, 'infra')" },
    deploy("succeeds('deploy', '--yes')"),
  ],
  'terraform apply': [{ file: 'test/infra/emulated-apply.test.ts', call: "terraform.run(['apply'])" }],
  "sed -i 's/resume.example.com/YOUR.NAME/'": [server("readBlock('docs/self-hosting.md', 'sed -i')")],
  'curl http://127.0.0.1:4000/healthz': [server("httpGet({ host: '127.0.0.1', port, path: '/healthz' })")],
};

/** What no test runs, whole or with that flag, and why. */
export const NOT_RUN: Record<string, string> = {
  'npm run check': 'A minute of types, lint and format: the pipeline’s own step (.github/workflows/ci.yml).',
  'npm run bench --viewers':
    'Storms take minutes. That a wrong number is refused is tried in bench/main.test.ts.',
  'npm run bootstrap --existing-oidc-provider': 'Only its Terraform is tried, in infra/bootstrap/tests.',
  'npm run logs --env': 'The same reading as of the other commands; deploy.test.ts reads without it.',
  'npm run logs --since': 'In parts: cli/terminal/duration.test.ts and test/infra/owner-commands.test.ts.',
  'DYNAMODB_ENDPOINT=http://localhost:8000 npm start':
    'In parts: cli/commands/start.test.ts where nobody answers, cli/commands/export-import.test.ts with a database that does.',
  'FAULTS_REPORT=1 npm test':
    'It writes docs/faults.md; without FAULTS_REPORT the same tests run with all others.',
  'node test/e2e/page-speed.ts':
    'Measures with Lighthouse, by hand; what it measures depends on the machine.',
};

/**
 * Programs of the system's and of AWS's own, for the one who looks after a server or an account. What they install, start and ask
 * for is tried; these lines are not.
 */
export const NOT_OURS =
  /^(apt-get|useradd|chown|cd|cp|ln|systemctl|journalctl|certbot|git|aws|npm (install|ci|audit))( |$)/;

function build(call: string): RunBy {
  return { file: 'cli/commands/build.test.ts', call };
}

function count(call: string): RunBy {
  return { file: 'cli/commands/export-import.test.ts', call };
}

function deploy(call: string): RunBy {
  return { file: 'test/infra/deploy.test.ts', call };
}

function server(call: string): RunBy {
  return { file: 'test/e2e/self-hosting.test.ts', call };
}
