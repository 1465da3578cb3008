// A connection under test, with its peer.
import type { TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { SO_LINGER, SOL_SOCKET, Socket, SystemError } from '../../lib/index.ts'
import { EventLoop } from '../../lib/loop/index.ts'
import { Connection, type FileSource, type Protocol } from '../../lib/net/index.ts'
import { outputHighWaterBytes } from '../../lib/net/limits.ts'
import { EINTR, native } from '../../lib/sys/index.ts'

/** Returns two connected, non-blocking TCP sockets; the first is the accepted one. */
export function tcpPair(): [Socket, Socket] {
  using listener = new Socket()
  listener.bind({ host: '127.0.0.1', port: 0 })
  listener.listen()
  const far = new Socket({ blocking: true })
  far.connect(listener.getsockname())
  far.setblocking(false)
  return [listener.accept()![0], far]
}

type Hooks = { [Name in keyof Protocol]?: (connection: Connection, text: string) => void }

/** A connection and its peer's socket; records the calls to the protocol. */
export class Stage implements Protocol {
  readonly loop: EventLoop
  readonly connection: Connection
  readonly peer: Socket
  /** The protocol's calls, in order: 'data', 'end', 'drain', 'expire' or 'close'. */
  readonly told: string[] = []
  readonly errors: (Error | null)[] = []
  readonly #hooks: Hooks
  readonly #ownsLoop: boolean
  #received: Buffer[] = []

  constructor(
    hooks: Hooks = {},
    options: { pair?: [Socket, Socket]; loop?: EventLoop; writeTimeoutMs?: number } = {},
  ) {
    const { pair: [near, peer] = Socket.pair(), loop, writeTimeoutMs = 60_000 } = options
    this.#hooks = hooks
    this.#ownsLoop = loop === undefined
    this.loop = loop ?? new EventLoop()
    this.peer = peer
    this.connection = new Connection(this.loop, near.detach(), this, {
      writeTimeoutMs,
      outputHighWaterBytes,
    })
  }

  get received(): Buffer {
    return Buffer.concat(this.#received)
  }

  /**
   * The code and system call of the error that ended the connection, or the name of an error without them; '' if there
   * was no error.
   */
  get ending(): string {
    const [error] = this.errors
    if (error instanceof SystemError) return `${error.code} ${error.syscall}`
    return error == null ? '' : error.name
  }

  onData(bytes: Buffer, start: number, end: number): void {
    const copy = Buffer.from(bytes.subarray(start, end))
    this.#received.push(copy)
    this.told.push('data')
    this.#hooks.onData?.(this.connection, copy.toString('latin1'))
  }
  onEnd(): void {
    this.told.push('end')
    this.#hooks.onEnd?.(this.connection, '')
  }
  onDrain(): void {
    this.told.push('drain')
    this.#hooks.onDrain?.(this.connection, '')
  }
  onExpire(): void {
    this.told.push('expire')
    this.#hooks.onExpire?.(this.connection, '')
  }
  onClose(error: Error | null): void {
    this.told.push('close')
    this.errors.push(error)
    this.#hooks.onClose?.(this.connection, '')
  }

  [Symbol.dispose](): void {
    this.connection.close()
    this.peer.close()
    if (this.#ownsLoop) this.loop.close()
  }
}

/** Reads `count` bytes from the peer's socket, or up to the end, one piece per turn of Node's loop. */
export async function receive(peer: Socket, count: number, pieceBytes = 65536): Promise<Buffer> {
  const parts: Buffer[] = []
  for (let left = count; left > 0; ) {
    const part = peer.recv(Math.min(left, pieceBytes))
    if (part?.length === 0) break
    if (part !== null) parts.push(part)
    left -= part?.length ?? 0
    await setImmediate()
  }
  return Buffer.concat(parts)
}

/** Reads to the end of the peer's stream; resolves with 'end' or an error code, and with the bytes. */
export async function ending(peer: Socket): Promise<[how: string, bytes: Buffer]> {
  const parts: Buffer[] = []
  for (;;) {
    try {
      const part = peer.recv(65536)
      if (part?.length === 0) return ['end', Buffer.concat(parts)]
      if (part !== null) parts.push(part)
    } catch (error) {
      return [(error as SystemError).code, Buffer.concat(parts)]
    }
    await setImmediate()
  }
}

/** Closes a socket with a reset. */
export function closeWithReset(socket: Socket): void {
  socket.setsockopt(SOL_SOCKET, SO_LINGER, new Uint8Array(new Int32Array([1, 0]).buffer))
  socket.close()
}

/** Returns bytes in which a lost, repeated or moved piece would be noticed. */
export function pattern(count: number): Buffer {
  const words = new Uint32Array(Math.ceil(count / 4)).map((_, i) => (i * 2654435761) >>> 0)
  return Buffer.from(words.buffer, 0, count)
}

/**
 * Changes the next calls to a native function on descriptor `fd`. For each number in the plan, one call returns the
 * number if it is negative, or is limited to that many bytes if it is positive.
 */
export function inject(
  t: TestContext,
  name: 'recv' | 'send' | 'sendfile',
  fd: number,
  plan: number[],
): void {
  const lengthAt = 3
  const real = native[name] as (...values: unknown[]) => number
  t.mock.method(native, name, (...values: unknown[]) => {
    const next = values[0] === fd ? plan.shift() : undefined
    if (next !== undefined && next < 0) return next
    if (next !== undefined) values[lengthAt] = Math.min(next, values[lengthAt] as number)
    return real(...values)
  })
}

export const interrupted: number = EINTR

/** A file that counts its releases. */
export class CountedFile implements FileSource {
  readonly fd: number
  releases = 0

  constructor(fd: number) {
    this.fd = fd
  }
  release(): void {
    this.releases++
  }
}
