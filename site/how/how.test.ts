import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { COMPONENTS, EDGES, ROUTES } from './components.ts';
import { visitCost } from './cost.ts';
import { howPage } from './page.ts';
import { webAddress } from './source-code.ts';
import storm from './storm.json' with { type: 'json' };

const PARTS = { name: 'A', favicon: 'f.svg', css: '', script: '', siteHash: 'abc' };
const SOURCE = { url: 'https://github.com/a/b', commit: '0123456789abcdef', date: '2026-11-25T10:00:00Z' };

describe('/how', () => {
  test('names every component as visible text, in the picture and in the list', () => {
    const html = howPage({ ...PARTS, source: undefined });
    for (const { name } of COMPONENTS) {
      assert.match(html, new RegExp(`<text [^>]*>${name}</text>`));
      assert.match(html, new RegExp(`<li><b>${name}</b>`));
    }
  });

  test('every path runs along edges of the picture', () => {
    const ids = COMPONENTS.map(({ id }) => id);
    for (const [name, route] of Object.entries(ROUTES)) {
      for (const id of route) assert.ok(ids.includes(id), `${name}: ${id}`);
      for (const id of route) {
        const joined = EDGES.some(
          ({ between }) =>
            between.includes(id) && between.every((end) => (route as readonly string[]).includes(end)),
        );
        assert.ok(joined, `${name}: nothing leads to ${id}`);
      }
    }
  });

  test('links each component to its source at the commit, and links nowhere without one', () => {
    const html = howPage({ ...PARTS, source: SOURCE });
    for (const { source } of COMPONENTS) {
      assert.ok(html.includes(`href="${SOURCE.url}/blob/${SOURCE.commit}/${source}"`));
      assert.doesNotThrow(
        () => readFileSync(new URL(`../../${source}`, import.meta.url)),
        `${source} exists`,
      );
    }
    assert.doesNotMatch(howPage({ ...PARTS, source: undefined }), /github/);
  });

  test('a visit costs the sum of its parts', () => {
    const { rows, total, read } = visitCost();
    assert.equal(rows.length, 8);
    assert.ok(Math.abs(total * 1e6 - rows.reduce((sum, { dollars }) => sum + dollars * 1e6, 0)) < 1e-9);
    assert.ok(total > 0.000005 && total < 0.00005, 'between 5 and 50 dollars a million');
    assert.match(read, /^20\d\d(-\d\d)?$/);
  });

  test('the figures of the crowd are those of the bench', () => {
    const file = new URL('../../bench/results/latest.json', import.meta.url);
    const { storms } = JSON.parse(readFileSync(file, 'utf8')) as { storms: any[] };
    const { machine, plan: stormPlan, ours, firstDesign } = storms.find(({ plan }) => plan.viewers === 1000);
    assert.deepEqual(storm, {
      about: storm.about,
      measured: machine.date,
      ours: {
        posts: ours.storm.metered.posts.delivered,
        dollarsPerMillion: ours.storm.dollars.total,
        agreedSeconds: Math.round(ours.storm.agreedMs / 100) / 10,
      },
      firstDesign: {
        posts: firstDesign.storm.metered.posts.delivered + firstDesign.storm.undeliveredPosts,
        dollarsPerMillion: firstDesign.storm.dollars.total,
        stoppedAfterSeconds: stormPlan.patienceMs / 1000,
      },
    });
  });

  for (const [remote, expected] of [
    ['git@github.com:owner/name.git', 'https://github.com/owner/name'],
    ['https://user:token@github.com/owner/name.git', 'https://github.com/owner/name'],
    ['ssh://git@gitlab.example.com:2222/group/sub/name', 'https://gitlab.example.com/group/sub/name'],
    ['/srv/git/name.git', undefined],
    ['../name', undefined],
  ] as const)
    test(`the web address of ${remote}`, () => assert.equal(webAddress(remote), expected));
});
