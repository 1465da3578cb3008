import { constants as bufferConstants } from 'node:buffer'
import { constants as fsConstants } from 'node:fs'
import {
  bytesOf,
  checked,
  EAGAIN,
  EINTR,
  integer,
  native,
  noOptions,
  O_CLOEXEC,
  orNull,
} from '../sys/index.ts'
import { type AdoptOptions, adopt } from './adopt.ts'
import { Descriptor } from './descriptor.ts'

/**
 * The reading end of a {@link Pipe}.
 *
 * @example
 * ```ts
 * import { Pipe, PipeReader } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const pipe = new Pipe()
 * assert(pipe.reader instanceof PipeReader)
 * pipe.writer.write('ab')
 * assert.equal(pipe.reader.read(1)?.toString(), 'a')
 * assert.equal(pipe.reader.read(9)?.toString(), 'b')
 * assert.equal(pipe.reader.read(9), null) // no data
 * pipe.close()
 * ```
 */
export class PipeReader extends Descriptor {
  /** @internal */
  constructor(fd: number, owns?: boolean) {
    super(fd, 'PipeReader', owns)
  }

  /**
   * Wraps a pipe, FIFO, terminal or other descriptor that read(2) reads, without changing its blocking mode. Throws
   * SystemError (EBADF) if it is not open.
   *
   * @example
   * ```ts
   * import { PipeReader } from 'epollet'
   * import assert from 'node:assert/strict'
   *
   * const stdin = PipeReader.fromfd(0, { owns: false })
   * assert.equal(stdin.fileno(), 0)
   * ```
   */
  static fromfd(fd: number, options?: AdoptOptions): PipeReader {
    const adopted = adopt(fd, options)
    return new PipeReader(adopted.fd, adopted.owns)
  }

  /** Reads up to `size` bytes; null if there are none, an empty buffer if all writers are closed. See read(2). */
  read(size: number): Buffer | null {
    const fd = this.fileno()
    const buffer = Buffer.allocUnsafe(integer('size', size, 0, bufferConstants.MAX_LENGTH))
    let result: number
    do result = native.read(fd, buffer, 0, size)
    while (result === EINTR)
    return result === EAGAIN ? null : buffer.subarray(0, checked(result, 'read', fd))
  }
}

/**
 * The writing end of a {@link Pipe}.
 *
 * @example
 * ```ts
 * import { Pipe, PipeWriter, SystemError } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const pipe = new Pipe()
 * assert(pipe.writer instanceof PipeWriter)
 * assert.equal(pipe.writer.write('héllo'), 6) // bytes
 * pipe.reader.close()
 * assert.throws(() => pipe.writer.write('x'), SystemError) // EPIPE
 * pipe.close()
 * ```
 */
export class PipeWriter extends Descriptor {
  /** @internal */
  constructor(fd: number, owns?: boolean) {
    super(fd, 'PipeWriter', owns)
  }

  /**
   * Wraps a pipe, FIFO, terminal or other descriptor that write(2) writes, without changing its blocking mode. Throws
   * SystemError (EBADF) if it is not open.
   *
   * @example
   * ```ts
   * import { PipeWriter } from 'epollet'
   * import assert from 'node:assert/strict'
   *
   * const stdout = PipeWriter.fromfd(1, { owns: false })
   * assert.equal(stdout.fileno(), 1)
   * ```
   */
  static fromfd(fd: number, options?: AdoptOptions): PipeWriter {
    const adopted = adopt(fd, options)
    return new PipeWriter(adopted.fd, adopted.owns)
  }

  /** Returns how many bytes the kernel took; null if it took none. Throws {@link SystemError} (EPIPE). See write(2). */
  write(data: string | Uint8Array): number | null {
    const fd = this.fileno()
    const bytes = bytesOf('data', data)
    let result: number
    do result = native.write(fd, bytes, 0, bytes.length)
    while (result === EINTR)
    return orNull(result, 'write', fd)
  }
}

/**
 * A pipe with two non-blocking ends, each with its own descriptor. See pipe(7).
 *
 * @throws SystemError (EMFILE)
 *
 * @example
 * ```ts
 * import { Pipe } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const pipe = new Pipe()
 * assert.equal(pipe.reader.read(10), null)
 * pipe.writer.write('hello')
 * pipe.writer.close()
 * assert.equal(pipe.reader.read(10)?.toString(), 'hello')
 * assert.equal(pipe.reader.read(10)?.length, 0)
 * pipe.close()
 * ```
 */
export class Pipe {
  /** The end to read from. */
  readonly reader: PipeReader
  /** The end to write to. */
  readonly writer: PipeWriter

  constructor(none?: undefined) {
    noOptions(none)
    const fds = new Int32Array(2)
    checked(native.pipe2(fds, O_CLOEXEC | fsConstants.O_NONBLOCK), 'pipe2')
    this.reader = new PipeReader(fds[0]!)
    this.writer = new PipeWriter(fds[1]!)
  }

  /** True when both ends are closed. */
  get closed(): boolean {
    return this.reader.closed && this.writer.closed
  }

  /** Closes both ends. A second call does nothing. */
  close(): void {
    this.reader.close()
    this.writer.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
