import assert from 'node:assert/strict';
import { test } from 'node:test';
import { socketUrl } from './connect-counter.ts';

for (const [endpoint, page, expected] of [
  ['/live', 'https://resume.example/', 'wss://resume.example/live'],
  ['/live', 'http://localhost:4000/de?for=x#work', 'ws://localhost:4000/live'],
  ['wss://api.example/live', 'https://elsewhere.example/cv/', 'wss://api.example/live'],
  ['/live', 'file:///home/ines/site/index.html', undefined],
] as const)
  test(`${endpoint} on ${page} is ${expected}`, () => assert.equal(socketUrl(endpoint, page), expected));
