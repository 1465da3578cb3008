import { constants, realpathSync } from 'node:fs'
import { resolve as absolute } from 'node:path'
import { File, type FileStat } from '../core/index.ts'
import {
  ELOOP,
  EXDEV,
  native,
  O_PATH,
  RESOLVE_BENEATH,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  SystemError,
} from '../sys/index.ts'
import { linksMax } from './limits.ts'

/** Which symbolic links are followed: those that lead to a place within the root, none, or any. */
export type Links = 'inside' | 'none' | 'any'

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants
/** Non-blocking, so that opening a FIFO doesn't wait for a writer. */
const readFlags = O_RDONLY | O_NONBLOCK
const targetBytes = 4096
const triesMax = 16

function codeOf(error: unknown): string {
  return error instanceof SystemError ? error.code : ''
}

function stepsOf(path: string): string[] {
  return path.split('/').filter(step => step !== '' && step !== '.')
}

/** The paths that an absolute link may use for the root: with links resolved, and as given. */
function namesOf(root: string): string[][] {
  try {
    return [realpathSync(root), absolute(root)].map(stepsOf)
  } catch {
    return [stepsOf(absolute(root))]
  }
}

/**
 * A directory that paths cannot leave, unless `links` is `any`. The kernel enforces this (openat2 with
 * RESOLVE_BENEATH).
 *
 * If openat2 is missing (ENOSYS) or forbidden (EPERM under some seccomp filters), the path is walked name by name with
 * O_NOFOLLOW. A path with an absolute link is also walked, because the kernel would resolve the link from `/`: if the
 * link's text begins with the root's path, the walk restarts at the root. The text need not be trusted: each name is
 * opened beneath the root.
 */
export class Root {
  readonly #path: string
  readonly #links: Links
  #directory: File
  #stat: FileStat
  #names: string[][]
  #walks = false

  /** Throws {@link SystemError} (ENOENT, ENOTDIR, EACCES). */
  constructor(path: string, links: Links) {
    this.#path = path
    this.#links = links
    this.#directory = File.open(path, { flags: O_PATH | O_DIRECTORY })
    this.#stat = this.#directory.stat()
    this.#names = namesOf(path)
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

  /**
   * Opens the root's path again; true if it is another directory now. If opening fails, the old directory stays in use.
   */
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
    this.#names = namesOf(this.#path)
    return true
  }

  /**
   * Opens a relative path, by default for reading; an empty path is the root. Throws {@link SystemError}: EXDEV for a
   * path that leaves the root, ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG.
   */
  open(path: string, flags: number = readFlags): File {
    const name = path === '' ? '.' : path
    if (this.#links === 'any') return File.open(name, { flags, directory: this.#directory })
    if (this.#walks) return this.#walk(name, flags)
    try {
      return this.#openBeneath(name, flags)
    } catch (error) {
      const code = codeOf(error)
      if (code === 'ENOSYS' || code === 'EPERM') this.#walks = true
      else if (code !== 'EXDEV') throw error
      return this.#walk(name, flags)
    }
  }

  /** Repeats openat2(2) on EAGAIN: any rename in the system can make it fail for a path with `..`. */
  #openBeneath(name: string, flags: number): File {
    const beneath = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS
    const resolve = this.#links === 'none' ? beneath | RESOLVE_NO_SYMLINKS : beneath
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
          if (left === undefined) throw new SystemError(-EXDEV, 'openat', JSON.stringify(path))
          left.close()
          continue
        }
        const target = readLink(directory, name)
        if (target !== null) {
          if (this.#links === 'none' || ++links > linksMax)
            throw new SystemError(-ELOOP, 'openat', JSON.stringify(path))
          const steps = target.startsWith('/') ? this.#below(target) : stepsOf(target)
          if (steps === null) throw new SystemError(-EXDEV, 'openat', JSON.stringify(path))
          if (target.startsWith('/')) for (const left of directories.splice(0)) left.close()
          names.unshift(...steps)
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

  /** The steps from the root to an absolute link's target; null if it is outside. */
  #below(target: string): string[] | null {
    const steps = stepsOf(target)
    const root = this.#names.find(names => names.every((name, i) => name === steps[i]))
    return root === undefined ? null : steps.slice(root.length)
  }
}

/** The target of a symbolic link; null for anything else. */
function readLink(directory: File, name: string): string | null {
  const target = Buffer.alloc(targetBytes)
  const length = native.readlinkat(directory.fileno(), name, target)
  return length < 0 ? null : target.toString('utf8', 0, length)
}
