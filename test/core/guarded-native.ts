// Wraps the native functions so that a call that writes outside its view is noticed.
import assert from 'node:assert/strict'
import { constants } from 'node:fs'
import { AF_UNIX, F_SETFL, native } from '../../lib/sys/index.ts'
import { forbidden } from './forbidden.ts'

const canaryBytes = 4096
const canary = Buffer.alloc(canaryBytes, 0xa5)
const { O_NONBLOCK } = constants
const MSG_ZEROCOPY = 0x4000000
const makingFlags = constants.O_CREAT | constants.O_TRUNC | 0o20000000

type Call = (...args: unknown[]) => number
const table = native as unknown as Record<string, Call>
const arena = Buffer.alloc(4 * 1_048_576)
const lengthOf = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  'byteLength',
)?.get as () => number

/** Changes arguments so that no call blocks or creates a file. */
const clamps: Record<string, (args: number[]) => unknown> = {
  epollWait: args => set(args, 3, 0),
  epollPwait2: args => set(args, 3, 0),
  poll: args => set(args, 1, 0),
  select: args => set(args, 4, 0),
  socket: args => set(args, 1, args[1]! | O_NONBLOCK),
  fcntl: args => args[1] === F_SETFL && set(args, 2, args[2]! | O_NONBLOCK),
  openat: args => set(args, 2, args[2]! & ~makingFlags),
  openat2: args => set(args, 2, args[2]! & ~makingFlags),
  bind: args => isPath(args[1] as unknown as Uint8Array) && set(args, 0, -1),
}

function set(args: number[], at: number, value: number): void {
  args[at] = value
}

function isPath(address: Uint8Array): boolean {
  return address[0] === AF_UNIX && address[2] !== 0
}

/** Checks that reject calls that must not reach the kernel. */
const refusals: Record<string, (args: unknown[]) => void> = {
  setsockopt: ([, level, name]) => assertAllowed(level, name),
  getsockopt: ([, level, name]) => assertAllowed(level, name),
  send: ([, , , , flags]) => assert.equal((flags as number) & MSG_ZEROCOPY, 0),
  recv: ([, , , , flags]) => assert.equal((flags as number) & MSG_ZEROCOPY, 0),
}

function assertAllowed(level: unknown, name: unknown): void {
  const found = forbidden.find(([at, option]) => at === level && option === name)
  assert.equal(found, undefined, `a forbidden option reached the kernel: ${found}`)
}

/** Copies a view into memory between two canaries; null if the view is empty, detached or too long. */
function copyOf(view: Uint8Array, at: number): Buffer | null {
  const length = lengthOf.call(view)
  if (length === 0 || at + length + 2 * canaryBytes > arena.length) return null
  canary.copy(arena, at)
  const copy = arena.subarray(at + canaryBytes, at + canaryBytes + length)
  copy.set(new Uint8Array(view.buffer, view.byteOffset, length))
  canary.copy(arena, at + canaryBytes + length)
  return copy
}

/**
 * Wraps a native function so that its views lie between canaries, because a sanitizer doesn't see what the kernel
 * writes.
 */
export function guarded(name: string, real: Call): Call {
  return (...args) => {
    const copies: [view: Uint8Array, copy: Buffer, at: number][] = []
    let at = 0
    for (const [i, view] of args.entries()) {
      if (!ArrayBuffer.isView(view)) continue
      const copy = copyOf(view as Uint8Array, at)
      if (copy === null) continue
      copies.push([view as Uint8Array, copy, at])
      args[i] = copy
      // Aligned to 64 bytes, enough for any element type.
      at = (at + copy.length + 2 * canaryBytes + 63) & ~63
    }
    const result = real(...args)
    for (const [view, copy, from] of copies) {
      const after = from + canaryBytes + copy.length
      const before = arena.subarray(from, from + canaryBytes)
      const behind = arena.subarray(after, after + canaryBytes)
      assert.ok(before.equals(canary) && behind.equals(canary), `${name}(${args}) wrote beyond`)
      new Uint8Array(view.buffer, view.byteOffset, copy.length).set(copy)
    }
    return result
  }
}

/** Wraps all native functions with canaries, and returns a function that restores the originals. */
export function guardNative(): () => void {
  const originals = { ...native }
  for (const [name, real] of Object.entries(table)) {
    if (name.endsWith('Watcher')) continue
    const call = guarded(name, real)
    table[name] = (...args) => {
      refusals[name]?.(args)
      clamps[name]?.(args as number[])
      return call(...args)
    }
  }
  return () => Object.assign(native, originals)
}
