import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BROADCAST_FILTER_PATTERN } from '../../contract/tables.ts';
import { compileFilter } from './filter.ts';

/** The rules of Lambda's guide, "filter rule syntax", each with events that pass and events that don't. */
const RULES: { rule: string; pattern: unknown; passes: unknown[]; blocks: unknown[] }[] = [
  {
    rule: 'null',
    pattern: { a: [null] },
    passes: [{ a: null }],
    blocks: [{}, { a: '' }, { a: 0 }, { a: 'null' }],
  },
  { rule: 'empty', pattern: { a: [''] }, passes: [{ a: '' }], blocks: [{}, { a: null }, { a: ' ' }] },
  {
    rule: 'equals',
    pattern: { a: ['Alice'] },
    passes: [{ a: 'Alice' }, { a: 'Alice', b: 1 }, { a: ['Bob', 'Alice'] }],
    blocks: [{}, { a: 'alice' }, { a: 'Alice ' }, { a: { b: 'Alice' } }, { b: 'Alice' }],
  },
  {
    rule: 'equals, a number or a boolean',
    pattern: { a: [100], b: [true] },
    passes: [{ a: 100, b: true }],
    blocks: [
      { a: '100', b: true },
      { a: 100, b: 'true' },
    ],
  },
  {
    rule: 'equals (ignore case)',
    pattern: { a: [{ 'equals-ignore-case': 'alice' }] },
    passes: [{ a: 'ALICE' }, { a: 'alice' }],
    blocks: [{ a: 'bob' }, { a: 1 }, {}],
  },
  {
    rule: 'and',
    pattern: { place: ['New York'], day: ['Monday'] },
    passes: [{ place: 'New York', day: 'Monday' }],
    blocks: [{ place: 'New York' }, { place: 'New York', day: 'Tuesday' }],
  },
  {
    rule: 'or within one field',
    pattern: { paymentType: ['Credit', 'Debit'] },
    passes: [{ paymentType: 'Credit' }, { paymentType: 'Debit' }],
    blocks: [{ paymentType: 'Cash' }],
  },
  {
    rule: 'or over several fields',
    pattern: { $or: [{ location: ['New York'] }, { day: ['Monday'] }] },
    passes: [{ location: 'New York' }, { day: 'Monday' }, { location: 'Paris', day: 'Monday' }],
    blocks: [{}, { location: 'Paris', day: 'Tuesday' }],
  },
  {
    rule: '$or inside an object, next to other fields',
    pattern: { dynamodb: { kind: ['visit'], $or: [{ n: [1] }, { m: [2] }] } },
    passes: [{ dynamodb: { kind: 'visit', m: 2 } }],
    blocks: [{ dynamodb: { m: 2 } }, { dynamodb: { kind: 'visit', m: 1 } }],
  },
  {
    rule: 'not',
    pattern: { weather: [{ 'anything-but': ['Raining', 'Snowing'] }] },
    passes: [{ weather: 'Sunny' }, { weather: '' }],
    blocks: [{ weather: 'Raining' }, {}],
  },
  {
    rule: 'not, one value',
    pattern: { n: [{ 'anything-but': 0 }] },
    passes: [{ n: 1 }, { n: '0' }],
    blocks: [{ n: 0 }],
  },
  {
    rule: 'not with a prefix',
    pattern: { id: [{ 'anything-but': { prefix: 'visit#' } }] },
    passes: [{ id: 'visits#0' }],
    blocks: [{ id: 'visit#abc' }],
  },
  {
    rule: 'numeric (equals)',
    pattern: { price: [{ numeric: ['=', 100] }] },
    passes: [{ price: 100 }, { price: 1e2 }],
    blocks: [{ price: 101 }, { price: '100' }],
  },
  {
    rule: 'numeric (range)',
    pattern: { price: [{ numeric: ['>', 10, '<=', 20] }] },
    passes: [{ price: 10.01 }, { price: 20 }],
    blocks: [{ price: 10 }, { price: 20.5 }, {}],
  },
  {
    rule: 'exists',
    pattern: { name: [{ exists: true }] },
    passes: [{ name: 'x' }, { name: null }, { name: false }],
    blocks: [{}, { name: { first: 'only leaves exist' } }],
  },
  {
    rule: 'does not exist',
    pattern: { name: [{ exists: false }] },
    passes: [{}, { name: { first: 'x' } }],
    blocks: [{ name: '' }],
  },
  {
    rule: 'begins with',
    pattern: { region: [{ prefix: 'us-' }] },
    passes: [{ region: 'us-east-1' }, { region: 'us-' }],
    blocks: [{ region: 'eu-us-' }, { region: 5 }],
  },
  {
    rule: 'ends with',
    pattern: { file: [{ suffix: '.png' }] },
    passes: [{ file: 'a.png' }],
    blocks: [{ file: 'a.png.txt' }, {}],
  },
  {
    rule: 'a field named like a method of objects',
    pattern: { constructor: [{ exists: true }] },
    passes: [{ constructor: 'x' }],
    blocks: [{}],
  },
  {
    rule: 'a DynamoDB number is text, so only text equals it',
    pattern: { dynamodb: { NewImage: { age: { N: ['37'] } } } },
    passes: [{ dynamodb: { NewImage: { age: { N: '37' } } } }],
    blocks: [{ dynamodb: { NewImage: { age: { N: 37 } } } }, { dynamodb: {} }],
  },
];

for (const { rule, pattern, passes, blocks } of RULES) {
  describe(rule, () => {
    const filter = compileFilter([JSON.stringify(pattern)]);
    for (const event of passes) {
      test(`passes ${JSON.stringify(event)}`, () => assert.equal(filter(event), true));
    }
    for (const event of blocks) {
      test(`blocks ${JSON.stringify(event)}`, () => assert.equal(filter(event), false));
    }
  });
}

test('one of several patterns must match; without patterns everything passes', () => {
  const either = compileFilter(['{"a":[1]}', '{"b":[2]}']);

  assert.equal(either({ b: 2 }), true);
  assert.equal(either({ b: 3 }), false);
  assert.equal(compileFilter([])({}), true);
});

test('the broadcast pattern passes visits and departures, but not visit markers or the broadcaster’s own item', () => {
  const filter = compileFilter([BROADCAST_FILTER_PATTERN]);
  const change = (id: string) => ({ eventName: 'MODIFY', dynamodb: { Keys: { id: { S: id } } } });

  assert.deepEqual(
    ['visits#0', 'visits#7', 'departure', 'visit#abc', 'broadcast'].map((id) => filter(change(id))),
    [true, true, true, false, false],
  );
});

describe('rejects a malformed pattern', () => {
  const patterns = {
    'not JSON': '{',
    'not an object': '[]',
    'a bare value': '{"a":"b"}',
    'no rules': '{"a":[]}',
    'an empty object': '{"a":{}}',
    'an unknown rule': '{"a":[{"wildcard":"*"}]}',
    'a rule named like a method of objects': '{"a":[{"constructor":"x"}]}',
    'two operators in one rule': '{"a":[{"prefix":"x","suffix":"y"}]}',
    'a prefix that is not text': '{"a":[{"prefix":1}]}',
    'exists with text': '{"a":[{"exists":"yes"}]}',
    'numeric without a pair': '{"a":[{"numeric":["="]}]}',
    'an unknown comparison': '{"a":[{"numeric":["~",1]}]}',
    'a comparison named like a method of objects': '{"a":[{"numeric":["toString",1]}]}',
    'numeric with text': '{"a":[{"numeric":["=","1"]}]}',
    'anything-but nothing': '{"a":[{"anything-but":[]}]}',
    '$or with one alternative': '{"$or":[{"a":[1]}]}',
  };
  for (const [name, pattern] of Object.entries(patterns)) {
    test(name, () => {
      assert.throws(() => compileFilter([pattern]), {
        name: 'UserError',
        message: /^The event filter pattern .+ is invalid/,
      });
    });
  }
});
