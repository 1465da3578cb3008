import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Answer, KEEP } from '../../lib/http/answer.ts'
import { parseHeaderRules } from '../../lib/static/rules/header-rules.ts'

function fieldsOf(text: string, path: string): string {
  const { rules, errors } = parseHeaderRules(text)
  assert.deepEqual(errors, [])
  return rules
    .fieldsFor(path)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')
}

/** Patterns, each with paths that it matches and paths that it doesn't. */
const patterns: [pattern: string, matches: string[], others: string[]][] = [
  ['/', ['/'], ['/a', '']],
  ['/a', ['/a'], ['/A', '/a/', '/ab', '/', '/b/a']],
  ['/*', ['/', '/a', '/a/b/', '/a\nb'], ['']],
  ['/a/*', ['/a/', '/a/b', '/a/b/c'], ['/a', '/ab']],
  ['/a*', ['/a', '/a/b', '/abc'], ['/b']],
  ['/*.js', ['/a.js', '/.js', '/a/b.js'], ['/ajs', '/a.jsx', '/a.js/']],
  ['/a/*/z', ['/a/b/z', '/a/b/c/z', '/a//z'], ['/a/z', '/a/b/z/']],
  ['/:x', ['/a', '/a.b'], ['/', '/a/', '/a/b']],
  ['/:x/:y', ['/a/b'], ['/a', '/a/', '/a/b/c', '//b']],
  ['/post-:x.html', ['/post-1.html', '/post-a.b.html'], ['/post-.html', '/post-1xhtml']],
  ['/:x/*', ['/a/', '/a/b/c'], ['/a', '//']],
  ['/*/:x', ['/a/b', '/a/b/c', '//c'], ['/a', '/a/']],
  ['/a:80', ['/a:80'], ['/a']],
  ['/a.b+(c)[d]|e$^{f}', ['/a.b+(c)[d]|e$^{f}'], ['/aXb+(c)[d]|e$^{f}']],
  ['/snow%20%E2%98%83', ['/snow ☃'], ['/snow%20%E2%98%83']],
  ['/snow ☃', ['/snow ☃'], ['/snow  ☃']],
  ['/100%25', ['/100%'], ['/100%25']],
  ['/%2A%3Ax', ['/*:x'], ['/ab']],
]

for (const [pattern, matches, others] of patterns) {
  test(`the pattern ${pattern} matches the expected paths`, () => {
    const matching = [...matches, ...others].filter(
      path => fieldsOf(`${pattern}\n  X-A: b`, path) !== '',
    )
    assert.deepEqual(matching, matches)
  })
}

/** Rules, a path, and the fields that the rules give it. */
const files: [behaviour: string, text: string, path: string, fields: string][] = [
  ['nothing in an empty file', '', '/a', ''],
  [
    'comments and empty lines anywhere',
    '# x: y\n\n/a\n\n  # X: y\n\t\n X-A: b # no comment\n#/b\n  X-C: d',
    '/a',
    'X-A: b # no comment\nX-C: d',
  ],
  ['CRLF, tabs, a BOM, and no last line end', '\ufeff/a\r\n\tX-A:b\t \r\n', '/a', 'X-A: b'],
  [
    'spaces around a name, and a tab and colons in a value',
    '/a\n X-A : b:\tc:',
    '/a',
    'X-A: b:\tc:',
  ],
  ['a name in the case it was first written', '/*\n x-A: b\n/a\n X-a: c', '/a', 'x-A: b, c'],
  ['a name twice below one path', '/a\n Link: </b>\n Link: </c>', '/a', 'Link: </b>, </c>'],
  ['the fields of a path that occurs twice', '/a\n X: 1\n/b\n X: 2\n/a\n X: 3', '/a', 'X: 1, 3'],
  [
    'all rules that match, in order',
    '/b/*\n X: 2\n/*\n X: 1\n/b/c\n Y: 3',
    '/b/c',
    'X: 2, 1\nY: 3',
  ],
  [
    'each Set-Cookie as a separate field',
    '/*\n Set-Cookie: a=b\n/a\n set-cookie: c=d',
    '/a',
    'Set-Cookie: a=b\nSet-Cookie: c=d',
  ],
  ['a name detached from earlier rules', '/*\n X-A: b\n Y: 1\n/a\n ! x-a', '/a', 'Y: 1'],
  ['a name detached elsewhere', '/*\n X-A: b\n/a\n ! X-A', '/b', 'X-A: b'],
  ['a name detached and set again', '/*\n X: 1\n/a\n X: 2\n ! X', '/a', 'X: 2'],
  ['a name set after it was detached', '/a\n ! X\n/*\n X: 1', '/a', 'X: 1'],
  ['the text that a splat matched', '/a/*\n X: <:splat>', '/a/b/c', 'X: <b/c>'],
  ['the texts that placeholders matched', '/:y/:m/*\n X: :m-:y-:splat', '/26/11/z', 'X: 11-26-z'],
  ['a placeholder used twice in a value', '/:x\n X: :x:x', '/a', 'X: aa'],
  [
    'the text as written for a placeholder that the path does not have',
    '/:x\n X: :xy :splat :8080 https://a',
    '/b',
    'X: :xy :splat :8080 https://a',
  ],
  [
    'a placeholder named like a property of every object',
    '/:constructor\n X: :constructor :toString',
    '/a',
    'X: a :toString',
  ],
  ['a replacement that contains a placeholder, unreplaced', '/:x/:y\n X: :x', '/:y/b', 'X: %3Ay'],
  ['$ signs unchanged', '/:x\n X: $& $1 :x', '/$&', 'X: $& $1 %24%26'],
  [
    'escapes for characters of a path that a field cannot have',
    '/*\n X: :splat',
    '/é, "a";\r\nY: b/☃',
    'X: %C3%A9%2C%20%22a%22%3B%0D%0AY%3A%20b/%E2%98%83',
  ],
  [
    'any Cache-Control',
    '/*.js\n Cache-Control: public, max-age=31536000, immutable',
    '/a.js',
    'Cache-Control: public, max-age=31536000, immutable',
  ],
]

for (const [behaviour, text, path, fields] of files) {
  test(`fieldsFor() returns ${behaviour}`, () => assert.equal(fieldsOf(text, path), fields))
}

test('fieldsFor() leaves out a default that is set or detached', () => {
  const { rules } = parseHeaderRules('/a\n content-type: text/x\n/b\n ! X-Frame-Options')
  const defaults = [
    ['Content-Type', 'text/html'],
    ['X-Frame-Options', 'DENY'],
  ] as const
  assert.deepEqual(rules.fieldsFor('/', defaults), defaults)
  assert.deepEqual(rules.fieldsFor('/a', defaults), [defaults[1], ['content-type', 'text/x']])
  assert.deepEqual(rules.fieldsFor('/b', defaults), [defaults[0]])
})

test('fieldsFor() returns fields that an Answer accepts', () => {
  const { rules } = parseHeaderRules('/*\n X-A: :splat\n X-B: \t~!')
  const answer = new Answer(200, rules.fieldsFor('/\u0000\r\n\u00ff\u{1f600}'), null, KEEP)
  assert.match(answer.bytes.toString(), /\r\nX-A: %00%0D%0A%C3%BF%F0%9F%98%80\r\nX-B: ~!\r\n/)
})

const serverFields = `Content-Length Transfer-Encoding Connection Date Content-Range
  Trailer Upgrade Keep-Alive TE Host ETag Last-Modified Accept-Ranges Proxy-Connection`.split(/\s+/)

/** Rules with one error, its line number and its message. */
const mistakes: [text: string, line: number, message: RegExp][] = [
  ['/a\n  X-A', 2, /expected "Name: value" or "! Name"/],
  ['/a\n  /b', 2, /expected "Name/],
  ['/a\n  !X-A', 2, /expected "Name/],
  ['# x\n\n  X-A: b\n/a\n X: y', 3, /there is no path above/],
  ['/a\n  X A: b', 2, /expected a field name, got "X A"/],
  ['/a\n  : b', 2, /expected a field name, got ""/],
  ['/a\n  Xé: b', 2, /expected a field name/],
  ['/a\n  ! X-A: b', 2, /expected a field name/],
  ['/a\n  X-A: \t', 2, /X-A has no value/],
  ['/a\n  X-A: \u0007', 2, /the value of X-A must be ASCII/],
  ['/a\n  X-A: a\rX-B: c', 2, /the value of X-A/],
  ['/a\n  X-A: \u007f', 2, /the value of X-A/],
  ['/a\n  X-A: é', 2, /the value of X-A/],
  ['/a\n  X-A: b\u00a0', 2, /the value of X-A/],
  ['a\n  X-A: b', 1, /begins with \//],
  ['X-A: b', 1, /begins with \/; indent the fields below it/],
  ['*\n  X-A: b', 1, /begins with \//],
  ['/a*/*\n  X-A: b', 1, /more than one \*/],
  ['/**\n  X-A: b', 1, /more than one \*/],
  ['/:a-:b\n  X-A: b', 1, /between two slashes/],
  ['/:a*\n  X-A: b', 1, /between two slashes/],
  ['/:a/:a\n  X-A: b', 1, /a placeholder name twice/],
  ['/:splat/*\n  X-A: b', 1, /a placeholder name twice/],
  ['/100%\n  X-A: b', 1, /invalid escape/],
  ['/%ff\n  X-A: b', 1, /invalid escape/],
  [`/a\n  X-A: ${'b'.repeat(8186)}`, 2, /at most 8192 characters, got 8193/],
  [`/${'a'.repeat(8192)}\n  X-A: b`, 1, /8192 characters/],
  ['/caf\ufffd\n  X-A: b', 1, /not UTF-8/],
  ['/a\n  Content-Encoding: deflate', 2, /must be br, gzip or zstd, got "deflate"/],
  ['/a\n  content-encoding: br, gzip', 2, /must be br, gzip or zstd/],
  ['https://a.example/*\n  Date: b', 2, /is set by the server/],
  ...['Basic-Auth', 'basic-auth ', 'WWW-Authenticate', 'Authorization'].map(
    (name): [string, number, RegExp] => [`/a\n  ${name}: u:p`, 2, /protects nothing here/],
  ),
  ['https://a.example/*\n  Basic-Auth: u:p', 2, /protects nothing here/],
  ['/a\n  ! Basic-Auth', 2, /protects nothing here/],
  [Buffer.from('\ufeff/a\n  X: b', 'utf16le').toString(), 1, /UTF-16/],
  [Buffer.from('/a\n  X: b', 'utf16le').swap16().toString(), 1, /UTF-16/],
  ['/a\n/b\n  X-A: b', 1, /a path without fields/],
  ['/b\n  X-A: b\n/a\n  # none\n', 3, /a path without fields/],
  [`${'/a\n X: y\n'.repeat(1000)}/b\n X: y`, 2001, /at most 1000 paths/],
  ['#'.repeat(262_145), 1, /at most 262144 characters/],
  ...serverFields.map((name): [string, number, RegExp] => [
    `/a\n  ${name.toLowerCase()}: b`,
    2,
    /is set by the server/,
  ]),
  ['/a\n  ! Content-Length', 2, /Content-Length is set by the server: remove this line/],
]

for (const [text, line, message] of mistakes) {
  test(`parseHeaderRules() refuses ${JSON.stringify(text).slice(0, 60)}`, () => {
    const { errors } = parseHeaderRules(text)
    assert.deepEqual(
      errors.map(error => error.line),
      [line],
    )
    assert.match(errors[0]!.message, message)
  })
}

for (const path of ['https://:project.pages.dev/*', 'HTTP://a.example/', 'https://a.example:80'])
  test(`parseHeaderRules() ignores a rule for ${path} with a warning`, () => {
    const { rules, errors, warnings } = parseHeaderRules(
      `/a\n  X-A: b\n${path}\n  X-C: d\n\n/*\n  X-E: f`,
    )
    assert.deepEqual(errors, [])
    assert.deepEqual(
      warnings.map(({ line }) => line),
      [3],
    )
    assert.match(warnings[0]!.message, /rule for one host is ignored/)
    for (const asked of ['/a', '/b', '/']) {
      const names = rules.fieldsFor(asked).map(([name]) => name)
      assert.deepEqual(names, asked === '/a' ? ['X-A', 'X-E'] : ['X-E'])
    }
  })

test('the last rule for Content-Encoding wins', () => {
  const text = '/*\n  Content-Encoding: gzip\n/*.br\n  content-encoding: br'
  assert.equal(fieldsOf(text, '/a.br'), 'Content-Encoding: br')
  assert.equal(fieldsOf(text, '/a.gz'), 'Content-Encoding: gzip')
})

test('parseHeaderRules() accepts a line of 8192 characters, and 1000 paths', () => {
  const line = `  X-A: ${'b'.repeat(8185)}`
  assert.equal(line.length, 8192)
  assert.equal(fieldsOf(`/a\n${line}`, '/a'), line.trim())
  assert.equal(
    fieldsOf('/a\n X: y\n'.repeat(1000), '/a').length,
    'X: y'.length + 999 * ', y'.length,
  )
})

test('parseHeaderRules() reports every error, and keeps the valid rules', () => {
  const { rules, errors } = parseHeaderRules(
    '/a\n  Date: x\n  X-A: b\n/b*c*\n  X-B: d\n  Nothing\n/*\n  X-C: e\n',
  )
  assert.deepEqual(
    errors.map(({ line }) => line),
    [2, 4, 6],
  )
  assert.deepEqual(rules.fieldsFor('/a'), [
    ['X-A', 'b'],
    ['X-C', 'e'],
  ])
  assert.deepEqual(rules.fieldsFor('/bxcx'), [['X-C', 'e']])
})

for (const path of ['b', '/b*c*', `/${'b'.repeat(8192)}`]) {
  test(`parseHeaderRules() ignores the fields below the invalid path ${path.slice(0, 20)}`, () => {
    const { rules, errors } = parseHeaderRules(`/a\n  X-A: b\n${path}\n  X-C: d\n  Date: x`)
    assert.deepEqual(
      errors.map(({ line }) => line),
      [3, 5],
    )
    assert.deepEqual(rules.fieldsFor('/a'), [['X-A', 'b']])
  })
}

test('parseHeaderRules() stops after 100 errors', () => {
  const { errors } = parseHeaderRules('?\n'.repeat(1000))
  assert.equal(errors.length, 100)
})
