import { constants as bufferConstants } from 'node:buffer'
import { constants as fsConstants } from 'node:fs'
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_STATX_DONT_SYNC,
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
  pathOf,
  rangeOf,
  typeError,
  viewOf,
} from '../sys/index.ts'
import { Descriptor } from './descriptor.ts'

const optionNames = ['flags', 'mode', 'directory'] as const

/**
 * What the kernel keeps of a file: who it is, and what changes when it does. See inode(7).
 *
 * @example
 * ```ts
 * import { File, FileStat } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const file = File.open(process.execPath)
 * const before = file.stat()
 * const now = file.stat(new FileStat()) // the same object can be filled again and again
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
  /** A regular file: no directory, link, pipe, socket or device. */
  get isFile(): boolean {
    return (this.#fields[0]! & fsConstants.S_IFMT) === fsConstants.S_IFREG
  }
  /** A directory. */
  get isDirectory(): boolean {
    return (this.#fields[0]! & fsConstants.S_IFMT) === fsConstants.S_IFDIR
  }
  /** Its length. */
  get sizeBytes(): number {
    return this.#fields[1]!
  }
  /** When it was changed: seconds since 1970. */
  get mtimeS(): number {
    return this.#fields[4]!
  }
  /** The nanoseconds beyond {@link FileStat.mtimeS}. */
  get mtimeNs(): number {
    return this.#fields[5]!
  }
  /** Its number on its device, which no other file has while it is there. */
  get inode(): number {
    return this.#fields[2]!
  }
  /** The number of the device that it lies on. */
  get device(): number {
    return this.#fields[3]!
  }
  /** When its content, its mode or its links were last changed, which no program can set: seconds since 1970. */
  get ctimeS(): number {
    return this.#fields[6]!
  }
  /** The nanoseconds beyond {@link FileStat.ctimeS}. */
  get ctimeNs(): number {
    return this.#fields[7]!
  }

  /** The same inode of the same device, whatever has become of it. */
  isSameFile(other: FileStat): boolean {
    return this.#fields[2] === other.#fields[2] && this.#fields[3] === other.#fields[3]
  }

  /** Nothing says that its content has changed: neither its length, nor when it was changed. @internal */
  hasContentOf(other: FileStat): boolean {
    const ours = this.#fields
    const theirs = other.#fields
    return ours[1] === theirs[1] && ours[4] === theirs[4] && ours[5] === theirs[5]
  }

  /** The same kind and permissions. @internal */
  hasModeOf(other: FileStat): boolean {
    return this.#fields[0] === other.#fields[0]
  }

  /** The same file, and nothing has changed it that the kernel's clock could tell apart. */
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

/** For {@link File.open}. */
export interface FileOptions {
  /** O_*, as in node:fs.constants; O_RDONLY when left out. O_CLOEXEC is always among them. */
  flags?: number
  /** Permissions of a file that is made: 0o666 when left out, and the umask takes from it. */
  mode?: number
  /** The directory in which a relative path begins; the working directory when left out. */
  directory?: FdLike
}

/** For {@link File.openBeneath}. */
export interface BeneathOptions {
  /** As in {@link FileOptions}. */
  flags?: number
  /** RESOLVE_* of openat2(2). */
  resolve: number
}

/**
 * A file or a directory. Regular files are always ready, so epoll refuses them (EPERM), and reading one may wait
 * for the disk. Throws {@link ClosedError} after `close()`, {@link SystemError} with the kernel's answer.
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
  private constructor(fd: number) {
    super(fd, 'File')
  }

  /** Throws {@link SystemError}: ENOENT, EACCES, ELOOP, EMFILE. See openat(2). */
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
   * Opens a path below a directory, the kernel seeing to it that it stays there. Throws {@link SystemError}: EXDEV
   * for a path that leaves, ENOSYS or EPERM where openat2 is not to be had. See openat2(2).
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

  /** Up to `size` bytes from a position in bytes; an empty buffer beyond the end. See pread(2). */
  read(size: number, position = 0): Buffer {
    const buffer = Buffer.allocUnsafe(integer('size', size, 0, bufferConstants.MAX_LENGTH))
    return buffer.subarray(0, this.readInto(buffer, position))
  }

  /** The same into memory of yours: how many bytes. */
  readInto(buffer: Uint8Array, position = 0, offset?: number, length?: number): number {
    const fd = this.fileno()
    const [from, most] = rangeOf(viewOf('buffer', buffer), offset, length)
    integer('position', position, 0, Number.MAX_SAFE_INTEGER)
    let result: number
    do result = native.pread(fd, buffer, from, most, position)
    while (result === EINTR)
    return checked(result, 'pread', fd)
  }

  /**
   * As fstat(2), without asking whoever serves a file system of the network or of FUSE: for that it would have to wait.
   *
   * @internal
   */
  statNow(into: FileStat): FileStat {
    const fd = this.fileno()
    // A filter for system calls may forbid it.
    return native.statx(fd, AT_STATX_DONT_SYNC, into.fields) < 0 ? this.stat(into) : into
  }

  /** See fstat(2). */
  stat(into: FileStat = new FileStat()): FileStat {
    const fd = this.fileno()
    checked(native.fstatat(fd, '', AT_EMPTY_PATH, fieldsOf('into', into)), 'fstat', fd)
    return into
  }
}
