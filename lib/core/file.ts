import { constants as bufferConstants } from 'node:buffer'
import { constants as fsConstants } from 'node:fs'
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_STATX_DONT_SYNC,
  bytesOf,
  checked,
  EINTR,
  type FdLike,
  fdOf,
  int32,
  integer,
  native,
  O_CLOEXEC,
  openWithSpares,
  optionsOf,
  orNull,
  pathOf,
  rangeOf,
  typeError,
  viewOf,
} from '../sys/index.ts'
import { type AdoptOptions, adopt } from './adopt.ts'
import { Descriptor } from './descriptor.ts'

const optionNames = ['flags', 'mode', 'directory'] as const

/**
 * A file's identity, size and times, as fstat(2) returns them. See inode(7).
 *
 * @example
 * ```ts
 * import { File, FileStat } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const file = File.open(process.execPath)
 * const before = file.stat()
 * const now = file.stat(new FileStat()) // fills the object again
 * assert.ok(now.isFile && now.sizeBytes > 0)
 * assert.ok(now.equals(before))
 * file.close()
 * ```
 */
export class FileStat {
  /** mode, size, inode, device, mtime s, mtime ns, ctime s, ctime ns. */
  readonly #fields = new Float64Array(8)

  /** @internal */
  get fields(): Float64Array {
    return this.#fields
  }
  /** Whether it is a regular file, not a directory, link, pipe, socket or device. */
  get isFile(): boolean {
    return (this.#fields[0]! & fsConstants.S_IFMT) === fsConstants.S_IFREG
  }
  /** Whether it is a directory. */
  get isDirectory(): boolean {
    return (this.#fields[0]! & fsConstants.S_IFMT) === fsConstants.S_IFDIR
  }
  /** The file's length in bytes. */
  get sizeBytes(): number {
    return this.#fields[1]!
  }
  /** When the content last changed, in seconds since 1970. Programs can set this time. */
  get mtimeS(): number {
    return this.#fields[4]!
  }
  /** The nanoseconds to add to {@link FileStat.mtimeS}. */
  get mtimeNs(): number {
    return this.#fields[5]!
  }
  /** The inode number, unique on its device while the file exists. */
  get inode(): number {
    return this.#fields[2]!
  }
  /** The number of the device that holds the file. */
  get device(): number {
    return this.#fields[3]!
  }
  /** When the content, mode or links last changed, in seconds since 1970. Programs cannot set this time. */
  get ctimeS(): number {
    return this.#fields[6]!
  }
  /** The nanoseconds to add to {@link FileStat.ctimeS}. */
  get ctimeNs(): number {
    return this.#fields[7]!
  }

  /** Whether both describe the same inode on the same device, even if the file changed in between. */
  isSameFile(other: FileStat): boolean {
    return this.#fields[2] === other.#fields[2] && this.#fields[3] === other.#fields[3]
  }

  /** Whether both have the same length and mtime. @internal */
  hasContentOf(other: FileStat): boolean {
    const ours = this.#fields
    const theirs = other.#fields
    return ours[1] === theirs[1] && ours[4] === theirs[4] && ours[5] === theirs[5]
  }

  /** Whether both have the same file type and permissions. @internal */
  hasModeOf(other: FileStat): boolean {
    return this.#fields[0] === other.#fields[0]
  }

  /** Whether both describe the same, unchanged file, to the precision of the kernel's clock. */
  equals(other: FileStat): boolean {
    const ours = this.#fields
    const theirs = fieldsOf('other', other)
    for (let i = 0; i < ours.length; i++) if (ours[i] !== theirs[i]) return false
    return true
  }
}

function fieldsOf(name: string, stat: FileStat): Float64Array {
  if (!(stat instanceof FileStat)) throw typeError(name, 'a FileStat', stat)
  return stat.fields
}

/** Options of {@link File.open}. */
export interface FileOptions {
  /** O_* of node:fs.constants; O_RDONLY by default. O_CLOEXEC is always added. */
  flags?: number
  /** The permissions of a new file, before the umask: 0o666 by default. */
  mode?: number
  /** The directory that a relative path starts from; the working directory by default. */
  directory?: FdLike
}

/** Options of {@link File.openBeneath}. */
export interface BeneathOptions {
  /** O_* of node:fs.constants; O_RDONLY by default. O_CLOEXEC is always added. */
  flags?: number
  /** RESOLVE_* of openat2(2). */
  resolve: number
}

/**
 * A file, directory, FIFO, terminal or device. Reads of a regular file may wait for the disk, yet it counts as always
 * ready, so epoll refuses it (EPERM). Methods throw {@link ClosedError} after `close()`, and {@link SystemError} for the kernel's errors.
 *
 * @example
 * ```ts
 * import { File } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const file = File.open('/proc/self/comm')
 * assert.ok(file.read(100).length > 0)
 * assert.ok(file.stat().isFile)
 * file.close()
 * ```
 */
export class File extends Descriptor {
  private constructor(fd: number, owns?: boolean) {
    super(fd, 'File', owns)
  }

  /**
   * Wraps a descriptor of any kind, without changing its blocking mode. Throws SystemError (EBADF) if it is not open.
   */
  static fromfd(fd: number, options?: AdoptOptions): File {
    const adopted = adopt(fd, options)
    return new File(adopted.fd, adopted.owns)
  }

  /** Opens a file. Throws {@link SystemError}: ENOENT, EACCES, ELOOP, EMFILE. See openat(2). */
  static open(path: string, options?: FileOptions): File {
    const {
      flags = fsConstants.O_RDONLY,
      mode = 0o666,
      directory,
    } = optionsOf(options, optionNames)
    int32('options.flags', flags)
    integer('options.mode', mode, 0, 0o7777)
    const name = pathOf(path)
    const dirfd = directory === undefined ? AT_FDCWD : fdOf(directory, 'options.directory')
    const result = openWithSpares(() => native.openat(dirfd, name, flags | O_CLOEXEC, mode))
    return new File(checked(result, 'openat', JSON.stringify(path)))
  }

  /**
   * Opens a path below a directory; with RESOLVE_BENEATH the kernel ensures that the path stays below it. Throws
   * {@link SystemError}: EXDEV if the path leaves the directory, ENOSYS or EPERM if openat2 is not available. See
   * openat2(2).
   */
  static openBeneath(directory: FdLike, path: string, options: BeneathOptions): File {
    const { flags = fsConstants.O_RDONLY, resolve } = optionsOf(options, ['flags', 'resolve'])
    const dirfd = fdOf(directory, 'directory')
    int32('options.flags', flags)
    integer('options.resolve', resolve, 0, 2 ** 31 - 1)
    const name = pathOf(path)
    const open = () => native.openat2(dirfd, name, flags | O_CLOEXEC, 0, resolve)
    const result = openWithSpares(open)
    return new File(checked(result, 'openat2', JSON.stringify(path)))
  }

  /**
   * Reads up to `size` bytes from a byte position, or with null from the file's own position, which moves. FIFOs,
   * terminals and many devices have no positions and need null; then the result is null if there is no data yet.
   * Returns an empty buffer at the end. Throws {@link SystemError}: ESPIPE for a position in a FIFO. See pread(2),
   * read(2).
   */
  read(size: number, position?: number): Buffer
  read(size: number, position: null): Buffer | null
  read(size: number, position: number | null = 0): Buffer | null {
    const buffer = Buffer.allocUnsafe(integer('size', size, 0, bufferConstants.MAX_LENGTH))
    const count = this.#readInto(buffer, position)
    return count === null ? null : buffer.subarray(0, count)
  }

  /** Reads into your buffer; returns the number of bytes. With a position of null as {@link File.read}. */
  readInto(buffer: Uint8Array, position?: number, offset?: number, length?: number): number
  readInto(buffer: Uint8Array, position: null, offset?: number, length?: number): number | null
  readInto(
    buffer: Uint8Array,
    position: number | null = 0,
    offset?: number,
    length?: number,
  ): number | null {
    return this.#readInto(buffer, position, offset, length)
  }

  #readInto(
    buffer: Uint8Array,
    position: number | null,
    offset?: number,
    length?: number,
  ): number | null {
    const fd = this.fileno()
    const [from, most] = rangeOf(viewOf('buffer', buffer), offset, length)
    const at = position === null ? null : integer('position', position, 0, Number.MAX_SAFE_INTEGER)
    let result: number
    do
      result =
        at === null ? native.read(fd, buffer, from, most) : native.pread(fd, buffer, from, most, at)
    while (result === EINTR)
    if (at !== null) return checked(result, 'pread', fd)
    return orNull(result, 'read', fd)
  }

  /**
   * Writes to the file's own position, which moves, or to a byte position. Returns how many bytes the kernel took, or
   * null if it took none: a FIFO or terminal that is full. Throws {@link SystemError}: ENOSPC, EBADF if the file is not
   * open for writing. See write(2), pwrite(2).
   *
   * @example
   * ```ts
   * import { File } from 'epollet'
   * import assert from 'node:assert/strict'
   * import { constants } from 'node:fs'
   *
   * const nowhere = File.open('/dev/null', { flags: constants.O_WRONLY })
   * assert.equal(nowhere.write('héllo'), 6) // bytes
   * nowhere.close()
   * ```
   */
  write(data: string | Uint8Array, position: number | null = null): number | null {
    const bytes = bytesOf('data', data)
    const at = position === null ? null : integer('position', position, 0, Number.MAX_SAFE_INTEGER)
    const fd = this.fileno()
    let result: number
    do
      result =
        at === null
          ? native.write(fd, bytes, 0, bytes.length)
          : native.pwrite(fd, bytes, 0, bytes.length, at)
    while (result === EINTR)
    return orNull(result, at === null ? 'write' : 'pwrite', fd)
  }

  /**
   * Like {@link File.stat}, but does not wait for the server of a network or FUSE file system: the result may be stale.
   *
   * @internal
   */
  statNow(into: FileStat): FileStat {
    const fd = this.fileno()
    // seccomp may forbid statx.
    return native.statx(fd, AT_STATX_DONT_SYNC, into.fields) < 0 ? this.stat(into) : into
  }

  /** Fills and returns the given {@link FileStat}, or a new one. See fstat(2). */
  stat(into: FileStat = new FileStat()): FileStat {
    const fd = this.fileno()
    checked(native.fstatat(fd, '', AT_EMPTY_PATH, fieldsOf('into', into)), 'fstat', fd)
    return into
  }
}
