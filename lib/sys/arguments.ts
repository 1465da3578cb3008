// Checks arguments, and creates the errors for invalid ones.
import { inspect } from 'node:util'
import { isUint8Array } from 'node:util/types'
import { nearestName } from './nearest-name.ts'

/** Anything that identifies a descriptor: its number, an object with `fileno()`, a Node FileHandle. */
export type FdLike = number | { fileno(): number } | { readonly fd: number }

const int32Max = 2 ** 31 - 1

/** Describes a value for an error message. Never throws, even if inspecting the value does. */
function got(value: unknown): string {
  try {
    const options = { depth: 0, breakLength: Number.POSITIVE_INFINITY, customInspect: false }
    return inspect(value, options).slice(0, 80)
  } catch {
    return `a value of type ${typeof value}`
  }
}

/** @internal */
export function typeError(name: string, expected: string, value: unknown): TypeError {
  const error = new TypeError(`${name}: expected ${expected}, got ${got(value)}`)
  return Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' })
}

/** @internal */
export function rangeError(name: string, expected: string, value: unknown): RangeError {
  const error = new RangeError(`${name}: expected ${expected}, got ${got(value)}`)
  return Object.assign(error, { code: 'ERR_OUT_OF_RANGE' })
}

/** @internal */
export function integer(name: string, value: unknown, min: number, max: number): number {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) {
    return value as number
  }
  const expected = `an integer from ${min} to ${max}`
  throw (typeof value === 'number' ? rangeError : typeError)(name, expected, value)
}

/** @internal */
export function int32(name: string, value: unknown): number {
  return integer(name, value, -int32Max - 1, int32Max)
}

/** The descriptor's number. The object's fileno() may throw. @internal */
export function fdOf(value: FdLike, name = 'fd'): number {
  if (typeof value === 'number') return integer(name, value, 0, int32Max)
  const object = value as { fileno?: unknown; fd?: unknown } | null | undefined
  if (typeof object?.fileno === 'function')
    return integer(`${name}.fileno()`, object.fileno(), 0, int32Max)
  if (typeof object?.fd === 'number') return integer(`${name}.fd`, object.fd, 0, int32Max)
  throw typeError(name, 'a descriptor: a number, or an object with fileno() or fd', value)
}

/** Converts a signed or unsigned mask to an unsigned one. @internal */
export function maskOf(value: unknown, name = 'eventmask'): number {
  return integer(name, value, -int32Max - 1, 2 ** 32 - 1) >>> 0
}

/** Returns -1 (no timeout) for null, undefined and negative numbers. Keeps fractions. @internal */
export function timeoutOf(value: unknown, name = 'timeoutMs'): number {
  if (value === null || value === undefined) return -1
  if (typeof value === 'number' && value <= int32Max) return value < 0 ? -1 : value
  const expected = `null or a number of milliseconds up to ${int32Max}`
  throw (typeof value === 'number' ? rangeError : typeError)(name, expected, value)
}

/** Whether a view has lost its memory, because its buffer was transferred or shrunk. */
function isGone(view: Uint8Array): boolean {
  if (view.length > 0) return false
  try {
    return new Uint8Array(view).length > 0
  } catch {
    return true
  }
}

/** Unlike `instanceof`, accepts views from other realms. @internal */
export function viewOf(
  name: string,
  value: unknown,
  expected: string = 'a Uint8Array',
): Uint8Array {
  if (!isUint8Array(value)) throw typeError(name, expected, value)
  if (isGone(value)) throw typeError(name, 'a Uint8Array that is not detached', value)
  return value
}

/** @internal */
export function bytesOf(name: string, value: unknown): Uint8Array {
  return typeof value === 'string'
    ? Buffer.from(value)
    : viewOf(name, value, 'a string or a Uint8Array')
}

/** Offset and length default to the whole view. @internal */
export function rangeOf(
  bytes: Uint8Array,
  offset: unknown,
  length: unknown,
): [offset: number, length: number] {
  const from = offset === undefined ? 0 : integer('offset', offset, 0, bytes.length)
  const most = bytes.length - from
  return [from, length === undefined ? most : integer('length', length, 0, most)]
}

/** @internal */
export function pathOf(value: unknown, name = 'path'): string {
  if (typeof value !== 'string') throw typeError(name, 'a string', value)
  if (value.includes('\0')) throw rangeError(name, 'a path without NUL', value)
  return value
}

/** @internal */
export function bool(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw typeError(name, 'true or false', value)
  return value
}

/** @internal */
export function callback<F extends (...args: never[]) => unknown>(name: string, value: F): F {
  if (typeof value !== 'function') throw typeError(name, 'a function', value)
  return value
}

/**
 * Checks options: undefined, or an object that has only known names.
 *
 * @param names the known names
 * @internal
 */
export function optionsOf<T extends object>(
  value: T | undefined,
  names: readonly (keyof T & string)[],
  what = 'options',
): T {
  if (value === undefined) return {} as T
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw typeError(what, 'an object', value)
  }
  for (const key of Object.keys(value)) {
    if (!names.includes(key as keyof T & string)) throw unknownName(what, names, key)
  }
  return value
}

/** Refuses options for a call that takes none, such as `Socket.pair({ type })`. @internal */
export function noOptions(value: unknown): void {
  if (typeof value === 'object' && value !== null) throw typeError('options', 'none', value)
}

function unknownName(what: string, names: readonly string[], key: string): TypeError {
  const error = typeError(what, `some of ${names.join(', ')}`, key)
  const near = nearestName(key, names)
  if (near !== undefined) error.message += ` (did you mean '${near}'?)`
  return error
}
