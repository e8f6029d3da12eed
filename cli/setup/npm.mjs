/** Runs npm for the set-up, and puts its failures into words. */
import { spawnSync } from 'child_process';

/** Without a network npm by default tries for more than a minute; this is about six seconds. */
const PATIENCE = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
const QUIET = ['--no-audit', '--no-fund', '--progress=false', '--loglevel=error', '--prefer-offline'];
/** No install script of a dependency is needed, so none may run. */
const NO_SCRIPTS = ['--ignore-scripts'];

/** Makes node_modules what the lock file says. Throws an Error whose message is for the user. */
export function install(root, withDev, say) {
  // Spelled out, since NODE_ENV=production or an .npmrc may say otherwise.
  const kinds = withDev ? ['--include=dev', '--include=optional'] : ['--omit=dev', '--include=optional'];
  say(
    `Installing the dependencies${withDev ? ', those for development too' : ''} (npm ci; once, needs the network) …`,
  );
  const started = Date.now();
  run(root, ['ci'].concat(kinds));
  say(`Installed in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}

/** Runs `npm <args>` in a folder with the npm that runs this script. Throws an Error whose message is for the user. */
export function run(folder, args) {
  const npm = npmCommand();
  const result = spawnSync(npm.command, npm.args.concat(args, NO_SCRIPTS, QUIET, PATIENCE), {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: npm.shell,
    encoding: 'utf8',
  });
  if (result.error)
    throw new Error(
      `npm cannot be run (${result.error.message}).\nInstall npm (it comes with Node.js), then try again.`,
    );
  if (result.status !== 0) throw new Error(explain(args[0], result.stderr + result.stdout));
}

function npmCommand() {
  const path = process.env.npm_execpath;
  if (path && path.endsWith('npm-cli.js')) return { command: process.execPath, args: [path], shell: false };
  return { command: 'npm', args: [], shell: process.platform === 'win32' };
}

const CAUSES = [
  {
    signs:
      /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR|EIDLETIMEOUT)\b/,
    text: 'The npm registry cannot be reached, so the dependencies cannot be installed.',
    remedy:
      'Check the network (and the proxy: npm config get registry; npm config get https-proxy), then run the same command again.',
  },
  {
    signs: /\bENOSPC\b/,
    text: 'The disk is full, so the dependencies cannot be installed.',
    remedy: 'Free about 200 MB, then run the same command again.',
  },
  {
    signs: /\b(EACCES|EPERM|EROFS)\b/,
    text: 'npm may not write here, so the dependencies cannot be installed.',
    remedy: 'Make this folder and its node_modules your own, then run the same command again.',
  },
  {
    signs: /\bEUSAGE\b/,
    text: 'package.json and package-lock.json do not fit together.',
    remedy: 'Run npm install, which mends the lock file, then try again.',
  },
  {
    signs: /\bEINTEGRITY\b/,
    text: 'A downloaded package is not the one that package-lock.json names.',
    remedy: 'Run npm cache clean --force and try again; if it stays, a proxy or mirror alters packages.',
  },
];

function explain(command, output) {
  const lines = output
    .split('\n')
    .filter(
      (line) =>
        /^npm (error|ERR!)/.test(line) && !/complete log|debug-\d|^npm \S+\s+at |^npm \S+\s*$/.test(line),
    )
    .map((line) => '    ' + line);
  const cause = CAUSES.find(({ signs }) => signs.test(output)) || {
    text: `npm ${command} failed, so the dependencies cannot be installed.`,
    remedy: 'Mend what npm names, then run the same command again.',
  };
  return [cause.text, cause.remedy, 'npm said:'].concat(lines.slice(0, 8)).join('\n');
}
