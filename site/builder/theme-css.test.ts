import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parse, wcagContrast } from 'culori';
import { nearest, themeCss } from './theme-css.ts';

const base = await readFile('site/theme/styles/base.css', 'utf8');

for (const [what, css, minified] of [
  [
    'colours for both modes',
    ':root { --accent: light-dark(#7a1f1f, #f0a0a0); }',
    ':root{--accent: light-dark(#7a1f1f, #f0a0a0)}',
  ],
  ['a hue, fonts and density', ':root { --hue: 20; --font: Georgia, serif; --density: 0.8 }', undefined],
  [
    'a colour from another property',
    ':root { --brand: #123; --ink: light-dark(var(--brand), #eee) }',
    undefined,
  ],
  [
    'pictures of its own',
    ':root { --paper-image: image-set("/a.png" 1x) } body { background: url(/paper.png) } h1 { background: url(data:image/gif;base64,R0=) }',
    undefined,
  ],
  ['pale colours on paper only', '@media print { :root { --ink: #ccc } }', undefined],
  ['rules of its own, with comments', '/* mine */ h2 { letter-spacing: 0.1em }', 'h2{letter-spacing:.1em}'],
] as const)
  test(`accepts ${what}`, () => {
    const result = themeCss(css, base);
    if (minified)
      assert.equal(result.replaceAll(' ', '').replaceAll('0.1', '.1'), minified.replaceAll(' ', ''));
    assert.doesNotMatch(result, /\/\*/);
  });

for (const [what, css, message] of [
  [
    'a pale accent',
    ':root {\n  --accent: #8ab4f8;\n}',
    /^theme\.css:2: --accent is #8ab4f8 in light mode, with a contrast of 2\.\d\d on #ffffff; it needs 4\.5\. The nearest colour that passes is #[\da-f]{6}\.$/,
  ],
  [
    'a dark accent in dark mode',
    ':root { --accent: light-dark(#7a1f1f, #501010) }',
    /^theme\.css:1: --accent is #501010 in dark mode/,
  ],
  [
    'paper that hides the text',
    ':root { --paper: #808080 }',
    /--soft is .* in light mode[^]*--accent is[^]*--ink is .* in dark mode/,
  ],
  ['a hue that was never readable', ':root { --accent: oklch(0.9 0.2 var(--hue)) }', /--accent is/],
  ['a translucent colour', ':root { --ink: rgb(0 0 0 / 50%) }', /--ink is rgb.*cannot be checked/],
  [
    'a colour that refers to itself',
    ':root { --a: var(--ink); --ink: var(--a) }',
    /--ink is var\(--a\), which cannot be checked/,
  ],
  ['@import', '@import "https://fonts.example/a.css";', /theme\.css:1: @import would load another file/],
  [
    'another server',
    'body { background: url("https://example.com/a.png") }',
    /url\(https:\/\/example\.com\/a\.png\) is on another server/,
  ],
  [
    'prefers-color-scheme',
    '@media (prefers-color-scheme: dark) { :root { --ink: #fff } }',
    /Write colours as light-dark/,
  ],
  ['the end of the style sheet', 'h1::after { content: "</style><script>" }', /would end the style sheet/],
  ['the same with an escape', 'h1::after { content: "</st\\yle><script>" }', /would end the style sheet/],
  ['@IMPORT in capitals', '@IMPORT url(a.css);', /@import would load another file/],
  [
    'another server without a protocol',
    'body { background: url(//example.com/a.png) }',
    /is on another server/,
  ],
  [
    'another server in a custom property',
    ':root { --photo: url("https://example.com/a.png") }',
    /url\(https:\/\/example\.com\/a\.png\) is on another server/,
  ],
  [
    'another server in image-set()',
    'body { background: image-set("//example.com/a.png" 1x, "/b.png" 2x) }',
    /^theme\.css:1: url\(\/\/example\.com\/a\.png\) is on another server/,
  ],
  [
    'the same in a custom property',
    ':root { --photo: -webkit-image-set("https://example.com/a.png" type("image/png")) }',
    /url\(https:\/\/example\.com\/a\.png\) is on another server/,
  ],
  ['a syntax error', 'h1 { color red }', /theme\.css:1: .*Colon is expected/],
] as const)
  test(`rejects ${what}`, () => assert.throws(() => themeCss(css, base), { name: 'UserError', message }));

test('meta.site.hue overrides --hue, and the theme is readable at every hue', () => {
  for (let hue = 0; hue <= 360; hue += 5)
    assert.ok(
      themeCss(
        `:root { --accent: light-dark(oklch(0.46 0.09 var(--hue)), oklch(0.8 0.09 var(--hue))); --hue: x }`,
        base,
        hue,
      ),
    );
});

test('the nearest colour passes, and keeps the hue', () => {
  for (const paper of ['#fff', '#14171a', '#777', '#ffd700'])
    for (const color of ['#8ab4f8', '#f00', '#777', '#0b0', '#fff', '#000']) {
      const found = nearest(parse(color)!, parse(paper)!, 4.5);
      assert.ok(wcagContrast(found, paper) >= 4.5, `${color} on ${paper}: ${found}`);
    }
  const [, red, green, blue] = /^#(..)(..)(..)$/.exec(nearest(parse('#8ab4f8')!, parse('#fff')!, 4.5))!;
  assert.ok(parseInt(blue!, 16) > parseInt(green!, 16) && parseInt(green!, 16) > parseInt(red!, 16));
});
