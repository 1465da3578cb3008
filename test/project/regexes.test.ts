import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import test from 'node:test'
import { superlinear } from '../../scripts/linear.js'
import { checkRegexes } from '../../scripts/regexes.js'
import { root, temporaryFolder } from './temporary.ts'

test('checkRegexes() finds only linear regular expressions in this project', () => {
  assert.deepEqual(checkRegexes(root), [])
})

/**
 * For each of these there is a text that takes at least quadratic time. Most are from this project or from published
 * reports.
 */
const bad: readonly RegExp[] = [
  /^[ \t]+|[ \t]+$/g,
  /[ \t]+$/,
  /^[ \t]*(\d*)[ \t]*-[ \t]*(\d*)[ \t]*$/,
  /\s*,\s*/,
  /\0+$/,
  /#.*$/,
  /[^;]*$/,
  /(a+)+$/,
  /(a*)*b/,
  /(?:a|a)*b/,
  /(?:a|b|ab)*c/,
  /^(?:a+b?)*$/,
  /^(.*)(.*)$/,
  /x*x*$/,
  /\d+,/,
  /\d+,/y,
  /^\s*x/m,
  /^(\w+\s?)*$/,
  /"(?:[^"\\]|\\.)*"/g,
  /\/\*[\s\S]*?\*\//g,
  /\/\*.*?\*\//s,
  /\B(?=(\d{3})+$)/g,
  // A single search takes linear time, but finding all matches in a text doesn't.
  /a.*b|a/g,
  /a(?=.*b)|a/g,
  /K+k$/i,
  /\p{L}+:/u,
  /^x(y*)*z/,
  /^(?:(?:a?)*b?)*c/,
  /^((?:a|b*)+)*c/,
  /(?:x{2,}y?)+z/,
  /(.)\1/,
  /(?<=a.*)b/,
]

for (const { source, flags } of bad) {
  test(`superlinear() refuses /${source}/${flags}`, () => {
    assert.notEqual(superlinear(source, flags), null)
  })
}

const good: readonly RegExp[] = [
  /^/,
  /a|b|[^c]/g,
  /\d+/g,
  /[ \t]+/y,
  /^[ \t]+/,
  /:\d*$/,
  /^(\S+) (\S+)$/,
  /^(.+): left out$/,
  /^\w+=/m,
  /^[ \t]*wait:/m,
  /"(?:[^"\\]|\\.)*"?/g,
  /\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?/g,
  /`([^`]+)`|\[([^\][]+)\]/g,
  /^(?:(?:a+)b)*$/,
  /^(?=.*a)b/,
  /^(?:a?){20}b/,
  /x{1,9}y/g,
  /(?<!\w)[A-Za-z_]\w*/g,
  /[\p{Cc}]/gu,
]

for (const { source, flags } of good) {
  test(`superlinear() accepts /${source}/${flags}`, () => {
    assert.equal(superlinear(source, flags), null)
  })
}

test('superlinear() returns a text that takes superlinear time', () => {
  assert.equal(superlinear('(a+)+$', ''), '"" + "aa".repeat(n)')
  assert.equal(superlinear('^x(y*)*z', ''), '"xy" + "y".repeat(n)')
})

const sources: [text: string, wrong: RegExp[]][] = [
  ['export const form = /^a+$/\n', []],
  ['\nexport const form = /a+$/g\n', [/^lib\/http\/new\.ts:2: \/a\+\$\/g: .*"a+"\.repeat\(n\)$/]],
  ["const form = new RegExp('a+$')\n", [/:1: new RegExp\('a\+\$'\): /]],
  ['const form = RegExp(`(b|b)*c`, "i")\n', [/:1: RegExp\(/]],
  ["const form = new globalThis.RegExp('a+$')\n", [/:1: new globalThis\.RegExp/]],
  ["const form = new RegExp('^a+$', 'm')\n", []],
  ['const of = (text: string) => new RegExp(text)\n', [/built at run time/]],
  ["const of = (text: string, flags: string) => new RegExp('a', flags)\n", [/built at run time/]],
  ["const found = 'aaa'.match('a+$')\n", [/:1: 'aaa'\.match\('a\+\$'\): /]],
  ["const found = 'aaa'.search('a') + 'aaa'.split('a+$').length\n", []],
  ['const shown = <b>{name.replace(/ +$/, "")}</b>\n', [/:1: /]],
]

for (const [text, wrong] of sources) {
  test(`checkRegexes() finds the expressions in ${JSON.stringify(text)}`, context => {
    const file = text.includes('<b>') ? 'new.tsx' : 'new.ts'
    const found = checkRegexes(temporaryFolder(context, { [`lib/http/${file}`]: text }))
    assert.equal(found.length, wrong.length, found.join())
    for (const [i, form] of wrong.entries()) assert.match(found[i]!, form)
  })
}
