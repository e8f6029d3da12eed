import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usedCss } from './used-css.ts';

const HTML = '<html lang="ja"><body class="a b"><p dir="rtl">x</p><script>add("lit")</script>';

for (const [css, expected] of [
  ['p { color: red } h2 { color: red }', 'p{color:red}'],
  ['.a, .c { color: red }', '.a{color:red}'],
  ['.a > p + p, .a .c { color: red }', '.a>p+p{color:red}'],
  ['.lit { color: red }', '.lit{color:red}'],
  [
    '* { margin: 0 } [data-x] { margin: 0 } :is(h2, p) { margin: 0 }',
    '*{margin:0}[data-x]{margin:0}:is(h2,p){margin:0}',
  ],
  [
    ':lang(ja) { margin: 0 } :lang(ko) { margin: 0 } p:dir(rtl) { margin: 0 }',
    ':lang(ja){margin:0}p:dir(rtl){margin:0}',
  ],
  ['@media print { h2 { margin: 0 } p { margin: 0 } }', '@media print{p{margin:0}}'],
  [
    '@page { margin: 1cm } :root { --a: light-dark(#fff, #000) }',
    '@page{margin:1cm}:root{--a:light-dark(#fff,#000)}',
  ],
] as const)
  test(css, () => assert.equal(usedCss(css, HTML), expected));
