// Passes every kind of wrong value for one argument of a call, and checks the resulting error.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { SystemError } from '../../lib/index.ts'
import { openDescriptors } from '../support/descriptors.ts'

const wrongTypes = {
  undefined: undefined,
  null: null,
  string: 'a string',
  object: {},
  array: [],
  symbol: Symbol('a symbol'),
  bigint: 1n,
  function: () => {},
  true: true,
  proxy: new Proxy({}, {}),
  unprintable: {
    get [Symbol.toStringTag](): string {
      throw new Error('its tag was read')
    },
    [inspect.custom](): never {
      throw new Error('inspected')
    },
  },
}
const wrongNumbers = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-1': -1,
  '0.5': 0.5,
  '2^31': 2 ** 31,
  '2^53': 2 ** 53,
  '-2^31-1': -(2 ** 31) - 1,
}
type Kind = keyof typeof wrongTypes | keyof typeof wrongNumbers

/** A call, and how it treats wrong values of one argument. */
export interface Row {
  name: string
  // biome-ignore lint/suspicious/noExplicitAny: wrong arguments are the subject
  call: (value: any) => unknown
  /** False if the argument is not a number: any number then has the wrong type. */
  numeric?: boolean
  /** Non-numbers of the right type that are out of range. */
  outOfRange?: Kind[]
  /** Values that are accepted. */
  accepts?: Kind[]
  /** Values that are passed to the kernel, with the error that it returns. */
  kernel?: Partial<Record<Kind, string>>
}

export const optional: Kind[] = ['undefined']
export const options: Partial<Row> = {
  numeric: false,
  accepts: ['undefined', 'object', 'proxy', 'unprintable'],
}
export const flag: Partial<Row> = { numeric: false, accepts: ['undefined', 'true'] }

/** Checks that one value is accepted, or causes the kernel's error or our TypeError or RangeError. */
function verify(row: Row, kind: Kind, value: unknown, isNumber: boolean): void {
  const what = `${row.name} with ${kind}`
  const call = () => row.call(value)
  const code = row.kernel?.[kind]
  if (code !== undefined) {
    assert.throws(call, (error: SystemError) => {
      assert(error instanceof SystemError, `${what}: ${inspect(error)}`)
      const { syscall } = error
      // libuv calls this errno ENOTSUP
      assert.match(
        error.code,
        code === 'EOPNOTSUPP' ? /^(EOPNOTSUPP|ENOTSUP)$/ : RegExp(code),
        what,
      )
      assert.ok(error.errno < 0 && /^[a-z_0-9]+$/.test(syscall), what)
      return true
    })
    return
  }
  if (row.accepts?.includes(kind)) {
    const made = call() as { close?: () => void } | undefined
    made?.close?.()
    return
  }
  const inType = (isNumber && row.numeric !== false) || row.outOfRange?.includes(kind)
  const expected = inType ? RangeError : TypeError
  assert.throws(call, (error: Error & { code: string }) => {
    assert.equal(error.constructor, expected, `${what}: ${inspect(error)}`)
    assert.match(error.message, /^[\w.()[\]]+: expected .+, got ./, what)
    const codes = { TypeError: 'ERR_INVALID_ARG_TYPE', RangeError: 'ERR_OUT_OF_RANGE' }
    assert.equal(error.code, codes[expected.name as keyof typeof codes], what)
    return true
  })
}

/** Adds a test for each row. */
export function testRows(rows: readonly Row[]): void {
  for (const row of rows) {
    test(`${row.name}: the error names the expected and the wrong value, and nothing stays open`, () => {
      const before = openDescriptors()
      for (const [kind, value] of Object.entries(wrongTypes))
        verify(row, kind as Kind, value, false)
      for (const [kind, value] of Object.entries(wrongNumbers))
        verify(row, kind as Kind, value, true)
      assert.deepEqual(openDescriptors(), before)
    })
  }
}
