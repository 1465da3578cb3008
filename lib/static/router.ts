import { FileStat } from '../core/index.ts'
import type { Request } from '../http/index.ts'
import { native, SystemError } from '../sys/index.ts'
import type { ListingFacts } from './listing.ts'
import type { DirectorySettings } from './options.ts'
import { O_PATH, type Root } from './root.ts'
import type { PathTarget } from './target.ts'

/** Where a path leads: a file below the root, a directory to be listed, or what is said instead. */
export type Route =
  | { readonly file: string; readonly isFallback?: true }
  | { readonly directory: string }
  | { readonly status: 301 | 404 }

/** ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP, as the native table gives them: a miss is too common to be thrown. */
const missingErrnos = new Set([-2, -20, -36, -40])
/** These say nothing of a path, but of us. */
const exhausted = new Set(['EMFILE', 'ENFILE', 'ENOMEM'])
const NOTHING = 0
const FILE = 1
const DIRECTORY = 2
const missing = { status: 404 } as const

/** Finds out by one look at each name that comes into question what an address means. */
export class Router {
  readonly #root: Root
  readonly #settings: DirectorySettings
  readonly #now = new FileStat()

  constructor(root: Root, settings: DirectorySettings) {
    this.#root = root
    this.#settings = settings
  }

  route(target: PathTarget, request: Request): Route {
    const found = target.directory
      ? this.#routeDirectory(target.path)
      : this.#routeFile(target.path)
    const { fallback } = this.#settings
    if (fallback === null) return found ?? missing
    // What a link names outside must look like nothing, or the fallback would tell what is there.
    if (found !== null && !('file' in found && this.#leavesRoot(found.file))) return found
    return wantsPage(target.path, request) ? { file: fallback, isFallback: true } : missing
  }

  /** Whether nothing but the one name of that path was looked for: then one look at it tells of news. */
  isPlain({ directory }: PathTarget): boolean {
    const { fallback, cleanUrls } = this.#settings
    return !directory && fallback === null && !cleanUrls
  }

  isMissing(path: string): boolean {
    return missingErrnos.has(this.#look(path))
  }

  /** Whether it is the file that it was. */
  isUnchanged(path: string, stat: FileStat): boolean {
    return this.#look(path) === 0 && this.#now.equals(stat)
  }

  isReadable(path: string): boolean {
    if (this.#kindOf(path) !== FILE) return false
    try {
      this.#root.open(path).close()
      return true
    } catch (error) {
      if (error instanceof SystemError) return false
      throw error
    }
  }

  /** What there is at a path; null where it leaves the root, as a link may. */
  factsOf(path: string): ListingFacts | null {
    try {
      using file = this.#root.open(path, O_PATH)
      const stat = file.stat()
      const type = stat.isDirectory ? 'directory' : stat.isFile ? 'file' : 'other'
      const mtimeMs = stat.mtimeS * 1000 + Math.floor(stat.mtimeNs / 1e6)
      return { type, sizeBytes: stat.sizeBytes, mtimeMs }
    } catch (error) {
      if (error instanceof SystemError && !exhausted.has(error.code)) return null
      throw error
    }
  }

  #leavesRoot(path: string): boolean {
    try {
      this.#root.open(path, O_PATH).close()
      return false
    } catch (error) {
      if (error instanceof SystemError) return error.code === 'EXDEV'
      throw error
    }
  }

  #routeFile(path: string): Route | null {
    const kind = this.#kindOf(path)
    if (kind === FILE) return { file: path }
    const page = `${path}.html`
    if (this.#settings.cleanUrls && this.#kindOf(page) === FILE) return { file: page }
    // A redirection would betray a directory outside.
    return kind === DIRECTORY && this.factsOf(path) !== null ? { status: 301 } : null
  }

  #routeDirectory(path: string): Route | null {
    for (const index of this.#settings.index) {
      const file = path === '' ? index : `${path}/${index}`
      if (this.#kindOf(file) === FILE && !this.#leavesRoot(file)) return { file }
    }
    const isListed = this.#settings.listing && this.#kindOf(path) === DIRECTORY
    return isListed ? { directory: path } : null
  }

  /** Whether a file that is there may be read, and lies within the root, its opening tells. The rules are never served. */
  #kindOf(path: string): typeof FILE | typeof DIRECTORY | typeof NOTHING {
    const result = this.#look(path)
    if (path === this.#settings.headers) return NOTHING
    if (result < 0) return missingErrnos.has(result) ? NOTHING : FILE
    if (this.#now.isDirectory) return DIRECTORY
    return this.#now.isFile ? FILE : NOTHING
  }

  #look(path: string): number {
    return native.fstatat(this.#root.fileno(), path === '' ? '.' : path, 0, this.#now.fields)
  }
}

/** A program's own addresses have no extension; what does, and what a tag of a page asks for, is an asset. */
function wantsPage(path: string, request: Request): boolean {
  if (path.slice(path.lastIndexOf('/') + 1).includes('.')) return false
  const destination = request.header('sec-fetch-dest') ?? 'document'
  return /^(document|iframe|frame|empty)$/.test(destination)
}
