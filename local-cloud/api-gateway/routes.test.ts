import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WebSocketApi } from '../topology.ts';
import { RouteTable } from './routes.ts';

function table(routeKeys: string[], routeSelectionExpression = '$request.body.action'): RouteTable {
  const routes = routeKeys.map((routeKey) => ({ routeKey, functionName: 'updater', routeResponse: false }));
  const api: WebSocketApi = { apiId: 'a', stage: 'live', routeSelectionExpression, routes };
  return new RouteTable(api);
}

describe('the route of a message', () => {
  const routes = table(['$connect', '$disconnect', '$default', 'hello', '7', 'true']);
  const cases: [body: string, routeKey: string][] = [
    ['{"action":"hello"}', 'hello'],
    ['{"action":"other"}', '$default'],
    ['{"other":"hello"}', '$default'],
    ['{"action":{"nested":"hello"}}', '$default'],
    ['{"action":null}', '$default'],
    ['{"action":7}', '7'],
    ['{"action":true}', 'true'],
    ['not JSON', '$default'],
    ['"hello"', '$default'],
    ['null', '$default'],
    ['', '$default'],
    ['{"action":"$connect"}', '$default'],
    ['{"action":"$disconnect"}', '$default'],
    ['{"action":"$default"}', '$default'],
    ['{"action":"__proto__"}', '$default'],
  ];
  for (const [body, routeKey] of cases) {
    test(`${body || '(empty)'} → ${routeKey}`, () =>
      assert.equal(routes.ofMessage(body)?.routeKey, routeKey));
  }
});

test('without $default an unknown action has no route', () => {
  assert.equal(table(['$connect', 'hello']).ofMessage('{"action":"$connect"}'), undefined);
});

test('inherited properties are not fields of the message', () => {
  assert.equal(table(['function'], '$request.body.constructor').ofMessage('{}'), undefined);
});

test('a nested field can choose the route', () => {
  assert.equal(
    table(['go'], '$request.body.meta.action').ofMessage('{"meta":{"action":"go"}}')?.routeKey,
    'go',
  );
});

test('an expression that is not understood is refused with what to write instead', () => {
  assert.throws(() => table([], '${request.header.x}'), /not understood\. Use \$request\.body\.<field>/);
});
