/** `kill -9` in the middle of traffic: no accepted visit is lost, none is counted twice. */
import { test } from 'node:test';
import { killServer } from './env/kills.ts';

test('3 kills of the server lose nothing and double nothing', (t) => killServer(t, 3));
