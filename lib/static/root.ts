import { constants } from 'node:fs'
import { File, type FileStat } from '../core/index.ts'
import { native, SystemError } from '../sys/index.ts'
import { linksMax } from './limits.ts'

const RESOLVE_NO_MAGICLINKS = 0x02
const RESOLVE_BENEATH = 0x08
const resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS
/** Only a place in the tree, nothing that could be read: see open(2). */
export const O_PATH = 0x200000
const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants
/** A FIFO must not block the open, nor a device do anything: what is no regular file is closed again. */
const readFlags = O_RDONLY | O_NONBLOCK
const EXDEV = 18
const ELOOP = 40
const targetBytes = 4096
const triesMax = 16

function codeOf(error: unknown): string {
  return error instanceof SystemError ? error.code : ''
}

/**
 * A directory that paths cannot leave: the kernel sees to it (openat2, RESOLVE_BENEATH). Where openat2 is missing
 * (ENOSYS) or forbidden (EPERM under some seccomp filters), the path is walked name by name with O_NOFOLLOW.
 */
export class Root {
  readonly #path: string
  #directory: File
  #stat: FileStat
  #walks = false

  /** Throws {@link SystemError} (ENOENT, ENOTDIR, EACCES). */
  constructor(path: string) {
    this.#path = path
    this.#directory = File.open(path, { flags: O_PATH | O_DIRECTORY })
    this.#stat = this.#directory.stat()
  }

  get closed(): boolean {
    return this.#directory.closed
  }

  fileno(): number {
    return this.#directory.fileno()
  }

  close(): void {
    this.#directory.close()
  }

  /** Follows the path again: true if another directory is there now. The old one stays if none is. */
  refresh(): boolean {
    if (this.closed) return false
    let directory: File
    try {
      directory = File.open(this.#path, { flags: O_PATH | O_DIRECTORY })
    } catch {
      return false
    }
    const stat = directory.stat()
    if (stat.isSameFile(this.#stat)) {
      directory.close()
      return false
    }
    this.#directory.close()
    this.#directory = directory
    this.#stat = stat
    return true
  }

  /**
   * Opens a relative path, for reading unless the flags say otherwise; an empty one is the root. Throws {@link SystemError}: EXDEV for one that leaves
   * the root, ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG.
   */
  open(path: string, flags: number = readFlags): File {
    const name = path === '' ? '.' : path
    if (this.#walks) return this.#walk(name, flags)
    try {
      return this.#openBeneath(name, flags)
    } catch (error) {
      if (codeOf(error) !== 'ENOSYS' && codeOf(error) !== 'EPERM') throw error
      this.#walks = true
      return this.#walk(name, flags)
    }
  }

  /** openat2(2) asks to be tried again where a rename anywhere has disturbed it on a path with `..`. */
  #openBeneath(name: string, flags: number): File {
    for (let tries = 1; ; tries++) {
      try {
        return File.openBeneath(this.#directory, name, { flags, resolve })
      } catch (error) {
        if (codeOf(error) !== 'EAGAIN' || tries === triesMax) throw error
      }
    }
  }

  #walk(path: string, lastFlags: number): File {
    const names = path.split('/')
    const directories: File[] = []
    let links = 0
    try {
      for (;;) {
        const name = names.shift() ?? '.'
        const directory = directories.at(-1) ?? this.#directory
        if (name === '..') {
          const left = directories.pop()
          if (left === undefined) throw new SystemError(EXDEV, 'openat', JSON.stringify(path))
          left.close()
          continue
        }
        const target = readLink(directory, name)
        if (target !== null) {
          if (++links > linksMax) throw new SystemError(ELOOP, 'openat', JSON.stringify(path))
          if (target.startsWith('/')) throw new SystemError(EXDEV, 'openat', JSON.stringify(path))
          names.unshift(...target.split('/').filter(part => part !== '' && part !== '.'))
          continue
        }
        if (names.length === 0) return File.open(name, { flags: lastFlags | O_NOFOLLOW, directory })
        const flags = O_PATH | O_DIRECTORY | O_NOFOLLOW
        directories.push(File.open(name, { flags, directory }))
      }
    } finally {
      for (const directory of directories) directory.close()
    }
  }
}

/** Where a link leads, or null for what is none. */
function readLink(directory: File, name: string): string | null {
  const target = Buffer.alloc(targetBytes)
  const length = native.readlinkat(directory.fileno(), name, target)
  return length < 0 ? null : target.toString('utf8', 0, length)
}
