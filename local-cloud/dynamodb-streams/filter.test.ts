import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BROADCAST_FILTER_PATTERN } from '../../contract/tables.ts';
import { compileFilter } from './filter.ts';

/** The rules of Lambda's guide, "filter rule syntax", each with events that pass and events that don't. */
for (const [rule, pattern, passes, blocks] of [
  ['null', { a: [null] }, [{ a: null }], [{}, { a: '' }, { a: 0 }, { a: 'null' }]],
  ['empty', { a: [''] }, [{ a: '' }], [{}, { a: null }, { a: ' ' }]],
  [
    'equals',
    { a: ['Alice'] },
    [{ a: 'Alice' }, { a: 'Alice', b: 1 }, { a: ['Bob', 'Alice'] }],
    [{}, { a: 'alice' }, { a: 'Alice ' }, { a: { b: 'Alice' } }, { b: 'Alice' }],
  ],
  ['equals, a number', { a: [100] }, [{ a: 100 }], [{ a: '100' }]],
  ['equals, a boolean', { a: [true] }, [{ a: true }], [{ a: 'true' }]],
  [
    'equals (ignore case)',
    { a: [{ 'equals-ignore-case': 'alice' }] },
    [{ a: 'ALICE' }],
    [{ a: 'bob' }, { a: 1 }, {}],
  ],
  ['and', { a: ['x'], b: ['y'] }, [{ a: 'x', b: 'y' }], [{ a: 'x' }, { a: 'x', b: 'z' }]],
  ['or within one field', { a: ['x', 'y'] }, [{ a: 'x' }, { a: 'y' }], [{ a: 'z' }]],
  [
    'or over several fields',
    { $or: [{ a: ['x'] }, { b: ['y'] }] },
    [{ a: 'x' }, { b: 'y' }, { a: 'z', b: 'y' }],
    [{}, { a: 'z', b: 'z' }],
  ],
  [
    '$or inside an object, next to other fields',
    { dynamodb: { kind: ['visit'], $or: [{ n: [1] }, { m: [2] }] } },
    [{ dynamodb: { kind: 'visit', m: 2 } }],
    [{ dynamodb: { m: 2 } }, { dynamodb: { kind: 'visit', m: 1 } }],
  ],
  [
    'not',
    { a: [{ 'anything-but': ['Raining', 'Snowing'] }] },
    [{ a: 'Sunny' }, { a: '' }],
    [{ a: 'Raining' }, {}],
  ],
  ['not, one value', { n: [{ 'anything-but': 0 }] }, [{ n: 1 }, { n: '0' }], [{ n: 0 }]],
  ['not with a prefix', { a: [{ 'anything-but': { prefix: 'b#' } }] }, [{ a: 'bs#0' }], [{ a: 'b#c' }]],
  ['numeric (equals)', { n: [{ numeric: ['=', 100] }] }, [{ n: 100 }], [{ n: 101 }, { n: '100' }]],
  [
    'numeric (range)',
    { n: [{ numeric: ['>', 10, '<=', 20] }] },
    [{ n: 10.01 }, { n: 20 }],
    [{ n: 10 }, { n: 20.5 }, {}],
  ],
  [
    'exists',
    { a: [{ exists: true }] },
    [{ a: 'x' }, { a: null }, { a: false }],
    [{}, { a: { b: 'no leaf' } }],
  ],
  ['does not exist', { a: [{ exists: false }] }, [{}, { a: { b: 'x' } }], [{ a: '' }]],
  [
    'begins with',
    { a: [{ prefix: 'us-' }] },
    [{ a: 'us-east-1' }, { a: 'us-' }],
    [{ a: 'eu-us-' }, { a: 5 }],
  ],
  ['ends with', { a: [{ suffix: '.png' }] }, [{ a: 'a.png' }], [{ a: 'a.png.txt' }, {}]],
  [
    'a field named like a method of objects',
    { constructor: [{ exists: true }] },
    [{ constructor: 'x' }],
    [{}],
  ],
] as [string, object, object[], object[]][])
  describe(rule, () => {
    const filter = compileFilter([JSON.stringify(pattern)]);
    for (const event of passes)
      test(`passes ${JSON.stringify(event)}`, () => assert.equal(filter(event), true));
    for (const event of blocks)
      test(`blocks ${JSON.stringify(event)}`, () => assert.equal(filter(event), false));
  });

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
