// The schema of a result, and reading results.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { type BenchResult, readResult, resultSchema } from '../../lib/bench/index.ts'
import { complaintAbout } from '../../lib/bench/result/conforms.ts'
import { tinyResult } from './tiny-result.ts'

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(resultSchema)
let real: BenchResult

before(async () => {
  // The result as it looks after being written to a file and read back.
  real = JSON.parse(JSON.stringify(await tinyResult()))
})

function file(text: string): { path: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'epollet-result-'))
  const path = join(folder, 'result.json')
  writeFileSync(path, text)
  return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
}

test('the result of a run conforms to the schema', () => {
  assert.equal(validate(real), true, JSON.stringify(validate.errors))
  assert.equal(complaintAbout(real, resultSchema), null)
  using written = file(JSON.stringify(real))
  assert.deepEqual(readResult(written.path), real)
})

// biome-ignore lint/suspicious/noExplicitAny: its type forbids these invalid values.
type Loose = any
const spoiled: [string, (result: Loose) => void, RegExp][] = [
  [
    'without its control',
    r => delete r.comparisons[0].control,
    /comparisons\[0\]\.control is missing/,
  ],
  ['with a ratio of 0', r => (r.comparisons[0].control.ratio = 0), /control\.ratio is not above 0/],
  [
    'with text instead of a figure',
    r => (r.comparisons[0].contenders[1].cpuNsPerEvent = '7'),
    /contenders\[1\]\.cpuNsPerEvent must be of type number/,
  ],
  [
    'with an unknown verdict',
    r => (r.comparisons[0].contenders[1].verdict = 'best'),
    /verdict is none of cheaper, dearer/,
  ],
  [
    'with an unknown property',
    r => (r.environment.weather = 'fine'),
    /environment\.weather is unknown/,
  ],
  [
    'with an incomplete sample',
    r => delete r.comparisons[0].processes[4].rounds[1].samples[0].cpuNs,
    /processes\[4\]\.rounds\[1\]\.samples\[0\]\.cpuNs is missing/,
  ],
  [
    'with only four processes',
    r => (r.comparisons[0].control.processes = 4),
    /control\.processes is below 5/,
  ],
  [
    'with a fractional count',
    r => (r.comparisons[0].descriptors = 1.5),
    /descriptors must be of type integer/,
  ],
  ['without contenders', r => (r.comparisons[0].contenders = []), /contenders has too few items/],
  ['with an invalid date', r => (r.date = 'yesterday'), /date is not well-formed/],
  [
    'whose comparisons are not a list',
    r => (r.comparisons = {}),
    /comparisons must be of type array/,
  ],
]

for (const [name, spoil, expected] of spoiled) {
  test(`the schema rejects a result ${name}, and readResult() reports the place of the mistake`, () => {
    const result: Loose = structuredClone(real)
    spoil(result)
    assert.equal(validate(result), false)
    using written = file(JSON.stringify(result))
    assert.throws(
      () => readResult(written.path),
      error => {
        assert.match((error as Error).message, expected)
        assert.match((error as Error).message, /result\.json' is not a valid result: [^\n]*$/)
        return true
      },
    )
  })
}

for (const [name, text, expected] of [
  ['an incomplete result', '{"schema":"epollet-bench/1","da', /is not valid JSON, or incomplete$/],
  [
    'another version',
    '{"schema":"epollet-bench/7"}',
    /is "epollet-bench\/7", expected epollet-bench\/1$/,
  ],
  ['JSON that is not a result', '[1, 2]', /is not a result of epollet bench$/],
  ['null', 'null', /is not a result of epollet bench$/],
] as const) {
  test(`readResult() rejects ${name} with a one-line message`, () => {
    using written = file(text)
    assert.throws(() => readResult(written.path), expected)
  })
}

test('readResult() rejects a missing file and a directory', () => {
  assert.throws(
    () => readResult('/nowhere/at-all.json'),
    /'\/nowhere\/at-all\.json' cannot be read \(ENOENT\)$/,
  )
  assert.throws(() => readResult(tmpdir()), /cannot be read \(EISDIR\)$/)
})
