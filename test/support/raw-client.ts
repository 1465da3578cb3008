// A minimal client: a socket of this package that reads only on demand.
import { setImmediate } from 'node:timers/promises'
import { SO_LINGER, SO_RCVBUF, SOL_SOCKET, Socket, SystemError } from '../../lib/index.ts'

/** Waits until a condition holds, while the server runs on the same loop. */
export async function settled(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate()
}

export class Raw {
  readonly socket: Socket = new Socket()
  readonly #parts: Buffer[] = []
  #count = 0
  /** 'end' or the code of an error; '' while the connection is open. */
  ending = ''

  /** @param receiveBytes SO_RCVBUF; with a small buffer the server notices a slow reader sooner */
  constructor(port: number, receiveBytes?: number) {
    if (receiveBytes !== undefined) this.socket.setsockopt(SOL_SOCKET, SO_RCVBUF, receiveBytes)
    this.socket.connect({ host: '127.0.0.1', port })
  }

  get count(): number {
    return this.#count
  }

  get received(): Buffer {
    return Buffer.concat(this.#parts)
  }

  /** Waits until connected, then sends the bytes, which must fit into the socket's buffer. */
  async send(bytes: string | Uint8Array): Promise<void> {
    for (;;) {
      try {
        if (this.socket.send(bytes) !== null) return
      } catch (error) {
        if (!(error instanceof SystemError) || error.code !== 'ENOTCONN') throw error
      }
      await setImmediate()
    }
  }

  /** Reads up to `size` bytes; returns false if none have arrived or the connection has ended. */
  read(size = 65536): boolean {
    if (this.ending !== '') return false
    try {
      const bytes = this.socket.recv(size)
      if (bytes === null) return false
      if (bytes.length === 0) this.ending = 'end'
      else this.#parts.push(bytes)
      this.#count += bytes.length
      return bytes.length > 0
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      this.ending = error.code
      return false
    }
  }

  /** Reads until `count` bytes have been received or the connection has ended. */
  async readTo(count: number): Promise<void> {
    while (this.#count < count && this.ending === '') {
      if (!this.read(Math.min(65536, count - this.#count))) await setImmediate()
    }
  }

  /** Reads everything; returns how the connection ended. */
  async readToEnd(): Promise<string> {
    await this.readTo(Number.POSITIVE_INFINITY)
    return this.ending
  }

  /** Closes the connection with a reset. */
  reset(): void {
    const linger = new Uint8Array(new Int32Array([1, 0]).buffer)
    this.socket.setsockopt(SOL_SOCKET, SO_LINGER, linger)
    this.socket.close()
  }

  [Symbol.dispose](): void {
    this.socket.close()
  }
}

/** The bytes after the first head. */
export function bodyOf(received: Buffer): Buffer {
  return received.subarray(received.indexOf('\r\n\r\n') + 4)
}
