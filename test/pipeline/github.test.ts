/** The steps that call GitHub's API, against a fake that stores comments and issues like GitHub. */
import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, describe, test } from 'node:test';
import { command } from '../support/command.ts';
import { serveHttp } from '../support/http-server.ts';

interface Entry {
  id: number;
  number: number;
  body: string;
  title?: string;
  state?: string;
  labels?: string[];
  pull_request?: object;
}

describe('a step that calls GitHub', () => {
  /** Keyed by the path that lists them. */
  let lists: Record<string, Entry[]>;
  let asked: string[];
  let github: Awaited<ReturnType<typeof serveHttp>>;

  before(async () => {
    github = await serveHttp(async (request, response) => {
      const url = new URL(request.url!, 'http://github');
      const path = url.pathname.replace('/repos/octocat/resume', '');
      const body = request.method === 'GET' ? {} : JSON.parse(await text(request));
      if (request.headers.authorization !== 'Bearer secret') return response.writeHead(401).end('{}');
      if (request.method !== 'GET') asked.push(`${request.method} ${path}`);
      const answer = handle(request.method!, path, url.searchParams, body);
      return response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? {}));
    });
  });
  after(() => github.close());

  beforeEach(() => {
    asked = [];
    lists = { '/issues/7/comments': [], '/issues': [], '/pulls': [] };
    Object.assign(process.env, {
      GITHUB_API_URL: github.url,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'octocat/resume',
      GITHUB_RUN_ID: '42',
      GITHUB_TOKEN: 'secret',
    });
  });

  /** Like GitHub: lists have pages, a comment is updated by its ID and an issue by its number, and a query parameter filters by label. */
  function handle(method: string, path: string, query: URLSearchParams, body: Partial<Entry>): unknown {
    const list = lists[path];
    if (list && method === 'GET') {
      const [size, page] = [Number(query.get('per_page')), Number(query.get('page'))];
      const label = query.get('labels');
      return list
        .filter(({ labels, state }) => !label || (labels?.includes(label) && state === 'open'))
        .slice(size * (page - 1), size * page);
    }
    if (list) {
      const id = list.length + 1;
      list.push({ id, number: id, body: '', ...(path === '/issues' && { state: 'open' }), ...body });
      return list.at(-1);
    }
    if (path.endsWith('/comments')) return {};
    const [, kind, id] = /^\/issues\/(comments\/)?(\d+)$/.exec(path) ?? [];
    const entry = Object.values(lists)[kind ? 0 : 1]!.find((one) => one.id === Number(id));
    return entry && Object.assign(entry, body);
  }

  const comments = () => lists['/issues/7/comments']!;
  const issues = () => lists['/issues']!;

  const comment = (about: string, says: string) =>
    command('pipeline', 'comment', '--pull-request', '7', '--about', about, '--text', says);
  const report = (results: Record<string, string>, environments = '') => {
    const jobs = Object.entries(results).map(([job, result]) => [
      job,
      { result, outputs: job === 'previews' ? { environments } : {} },
    ]);
    process.env['RESULTS'] = JSON.stringify(Object.fromEntries(jobs));
    return command('pipeline', 'report');
  };

  test('keeps one comment per topic, however many comments there are', async () => {
    for (let id = 1; id <= 130; id++) comments().push({ id, number: id, body: 'someone else' });
    await comment('plan', '2 to create');
    await comment('preview', 'https://d1.cloudfront.net');
    await comment('plan', 'nothing to change');
    assert.deepEqual(
      comments()
        .slice(130)
        .map(({ body }) => body),
      [
        '<!-- cloud-resume plan -->\nnothing to change',
        '<!-- cloud-resume preview -->\nhttps://d1.cloudfront.net',
      ],
    );
  });

  test('opens one issue, updates it, and closes it when everything is right again', async () => {
    const labels = ['scheduled-checks'];
    issues().push({ id: 1, number: 1, body: '', labels, state: 'open', pull_request: {} });
    await report({ drift: 'failure', doctor: 'success', dependencies: 'success' });
    await report({ drift: 'failure', doctor: 'failure', dependencies: 'skipped' });
    const [, issue, ...more] = issues();
    assert.deepEqual(more, []);
    assert.equal(issue!.title, 'The scheduled checks found something');
    assert.match(
      issue!.body,
      /\*\*drift\*\*[^]*\*\*doctor\*\*[^]*https:\/\/github\.com\/octocat\/resume\/actions\/runs\/42$/,
    );
    const jobs = { drift: 'success', doctor: 'success', dependencies: 'success' };
    assert.match(await report(jobs), /Closed the issue/);
    assert.equal(issue!.state, 'closed');
    assert.deepEqual(asked, [
      'POST /issues',
      'PATCH /issues/2',
      'POST /issues/2/comments',
      'PATCH /issues/2',
    ]);
  });

  test('stays silent if everything is right or nothing is set up yet', async () => {
    const output = await report({ drift: 'skipped', doctor: 'skipped', dependencies: 'success' });
    assert.match(output, /Everything is right\./);
    assert.deepEqual(asked, []);
  });

  test('a cancelled job counts as failed, and nothing is closed if no job ran', async () => {
    await report({ drift: 'cancelled', doctor: 'success', dependencies: 'success' });
    assert.match(issues()[0]!.body, /^- \*\*drift\*\*/);
    assert.match(await report({ drift: 'skipped', doctor: 'skipped' }), /Nothing was checked/);
    assert.equal(issues()[0]!.state, 'open');
    assert.deepEqual(asked, ['POST /issues']);
  });

  test('reports previews whose pull request is closed, however many are open', async () => {
    for (let id = 1; id <= 130; id++) lists['/pulls']!.push({ id, number: id, body: '' });
    await report({ previews: 'success' }, 'pr-130 pr-131 pr-200');
    assert.match(issues()[0]!.body, /^- \*\*previews\*\*: pr-131, pr-200: still in AWS[^\n]*\n\nThe run/);
    await report({ previews: 'success' }, 'pr-130');
    assert.equal(issues()[0]!.state, 'closed');
  });

  test('a failed call shows the call and what to check', async () => {
    process.env['GITHUB_TOKEN'] = 'wrong';
    await assert.rejects(comment('plan', 'x'), {
      message: /^GitHub answered GET \/issues\/7\/comments\S* with 401/,
      remedy: /permission/,
    });
  });

  test('outside a workflow it says which variable is missing', async () => {
    process.env['GITHUB_TOKEN'] = '';
    await assert.rejects(report({}), { message: /GITHUB_TOKEN is not set/, remedy: /github\.token/ });
  });
});
