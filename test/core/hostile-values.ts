// Random arguments that are meant to break a call.
import { inspect } from 'node:util'

/** Getters throw this object, and it must reach the caller unchanged. */
export const boom = new Error('the getter threw')

type Random = () => number

const numbers = [-1, 0, 1, 2, 3, 4, 7, 8, 16, 64, 255, 1024, 65_535, 0x40, 0x4000000, 0.5]
const hostileNumbers = [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 40, 2 ** 53, -(2 ** 31), -0]
const texts = ['', 'x', '/no/such/place', '\0epollet-hostile', '127.0.0.1', '::1', 'é'.repeat(60)]
const names = (
  'flags onSignal owns domain type blocking offset length semaphore mode directory resolve ' +
  'host port path initialMs intervalMs fd typo'
).split(' ')

class Liar extends Uint8Array {
  override get length(): number {
    return 2 ** 30
  }
}

function gone(): Uint8Array {
  const bytes = new Uint8Array(8)
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  return bytes
}

function oneOf<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)]!
}

function view(random: Random): unknown {
  const bytes = oneOf(random, [0, 1, 4, 8, 16, 63, 256, 4096])
  return oneOf(random, [
    () => new Uint8Array(bytes),
    () => new Uint8Array(bytes + 8).subarray(3, 3 + bytes),
    () => new Uint8Array(new SharedArrayBuffer(bytes)),
    () => Buffer.alloc(bytes, 0xff),
    () => new Liar(bytes),
    () => gone(),
    () => new Uint16Array(bytes),
    () => new DataView(new ArrayBuffer(bytes)),
    () => new Proxy(new Uint8Array(bytes), {}),
    () => Object.create(Uint8Array.prototype),
  ])()
}

/** Options with getters that close an object, detach the memory of a view, or throw. */
function options(random: Random, close: () => void, others: unknown[]): unknown {
  const made = {}
  for (let i = Math.floor(random() * 4); i > 0; i--) {
    const value = plain(random)
    const get = oneOf(random, [
      () => value,
      () => value,
      () => value,
      () => {
        close()
        return value
      },
      () => {
        for (const other of others) takeAway(other)
        return value
      },
      () => {
        throw boom
      },
    ])
    Object.defineProperty(made, oneOf(random, names), { enumerable: true, configurable: true, get })
  }
  return made
}

function takeAway(value: unknown): void {
  const { buffer } = (value ?? {}) as { buffer?: unknown }
  try {
    if (buffer instanceof ArrayBuffer) structuredClone(null, { transfer: [buffer] })
  } catch {
    // The buffer is already detached, or can't be detached.
  }
}

function plain(random: Random): unknown {
  return oneOf(random, [
    () => oneOf(random, numbers),
    () => oneOf(random, numbers),
    () => oneOf(random, hostileNumbers),
    () => oneOf(random, texts),
    () => oneOf(random, [true, false, null, undefined, 1n, 2n ** 64n, Symbol('s')]),
    () => view(random),
  ])()
}

/** A random list of arguments; `objects` are those to pass as descriptors. */
export function argumentsOf(
  random: Random,
  most: number,
  objects: readonly unknown[],
  close: () => void,
): unknown[] {
  const args: unknown[] = []
  for (let i = Math.floor(random() * (most + 1)); i > 0; i--) {
    const kind = random()
    if (kind < 0.25) args.push(oneOf(random, objects))
    else if (kind < 0.4) args.push(options(random, close, args))
    else if (kind < 0.45) args.push([oneOf(random, objects), plain(random)])
    else if (kind < 0.47) args.push({ [inspect.custom]: () => assertNever() })
    else args.push(plain(random))
  }
  return args
}

function assertNever(): never {
  throw new Error('a hostile value was inspected')
}
