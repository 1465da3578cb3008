import { FileStat } from '../../core/index.ts'
import type { Request } from '../../http/index.ts'
import {
  ELOOP,
  ENAMETOOLONG,
  ENOENT,
  ENOTDIR,
  native,
  O_PATH,
  SystemError,
} from '../../sys/index.ts'
import type { DirectorySettings } from '../options.ts'
import type { Root } from '../root.ts'
import { folderLocation, pageLocation } from './location.ts'
import type { PathTarget } from './target.ts'

/** The result for a path: a file or a directory to list, both relative to the root, a redirect, or a 404. */
export type Route =
  | { readonly file: string; readonly isFallback?: true }
  | { readonly directory: string }
  | { readonly redirect: string }
  | { readonly status: 404 }

/** The errnos of a path that doesn't exist. */
const missingErrnos = new Set([ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP])
/** The error codes of a path that doesn't lead to a file to serve; EXDEV means that a link leads out of the root. */
const missingCodes = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EXDEV', 'ENXIO'])
/** The error codes of a process or system that is out of resources; they say nothing about the path. */
const exhausted = new Set(['EMFILE', 'ENFILE', 'ENOMEM'])
/** The redirect rules of Netlify and Cloudflare Pages, which this server doesn't support. */
export const redirectsFile = '_redirects'
/** Never served, even if `headers` names another file or is null: they may contain a password. */
const rulesFiles = ['_headers', redirectsFile]
const NOTHING = 0
const FILE = 1
const DIRECTORY = 2
const missing = { status: 404 } as const

/** Resolves a request's path to a {@link Route}, with one fstatat() for each candidate name. */
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
      ? this.#routeDirectory(target.path, request.path)
      : this.#routeFile(target.path)
    if (found !== null) return found
    const { fallback } = this.#settings
    if (fallback === null || !wantsPage(target.path, request)) return missing
    return { file: fallback, isFallback: true }
  }

  /** Whether a path still leads to the same, unchanged file. */
  isUnchanged(path: string, stat: FileStat): boolean {
    return this.#stat(path) === 0 && this.#now.equals(stat)
  }

  /** Whether a path leads to a file that can be opened. */
  isReadable(path: string): boolean {
    try {
      if (this.#kindOf(path) !== FILE) return false
      this.#root.open(path).close()
      return true
    } catch (error) {
      if (error instanceof SystemError) return false
      throw error
    }
  }

  /** False for rules files, even if the path leads to one through a link. */
  isServed(path: string): boolean {
    const { headers } = this.#settings
    if (headers !== null && this.#isSame(path, headers)) return false
    return !rulesFiles.some(file => this.#isSame(path, file))
  }

  #isSame(path: string, file: string): boolean {
    if (path === file) return true
    if (!path.endsWith(`/${file.slice(file.lastIndexOf('/') + 1)}`)) return false
    const [one, other] = [this.statOf(path), this.statOf(file)]
    return one !== null && other !== null && one.isSameFile(other)
  }

  /** The stat of the file at a path; null if there is none within the root. */
  statOf(path: string): FileStat | null {
    const stat = this.#openedStat(path)
    return typeof stat === 'string' ? null : stat
  }

  /** The stat of the file at a path, opened within the root, or the error's code. */
  #openedStat(path: string): FileStat | string {
    try {
      using file = this.#root.open(path, O_PATH)
      return file.stat()
    } catch (error) {
      if (error instanceof SystemError && !exhausted.has(error.code)) return error.code
      throw error
    }
  }

  #routeFile(path: string): Route | null {
    const kind = this.#kindOf(path)
    if (kind === FILE) return { file: path }
    const page = `${path}.html`
    if (this.#settings.cleanUrls && this.#kindOf(page) === FILE) return { file: page }
    return kind === DIRECTORY ? { redirect: folderLocation(path) } : null
  }

  #routeDirectory(path: string, sent: string): Route | null {
    const { index, listing, cleanUrls } = this.#settings
    for (const name of index) {
      const file = path === '' ? name : `${path}/${name}`
      if (this.#kindOf(file) === FILE) return { file }
    }
    if (listing && this.#kindOf(path) === DIRECTORY) return { directory: path }
    const isPage = cleanUrls && path !== '' && this.#kindOf(`${path}.html`) === FILE
    return isPage ? { redirect: pageLocation(path, sent) } : null
  }

  /**
   * The first fstatat() suffices for most missing names. It may follow a link out of the root, so anything it finds is
   * opened within the root. This doesn't check whether the file may be read; opening it for reading does.
   */
  #kindOf(path: string): typeof FILE | typeof DIRECTORY | typeof NOTHING {
    if (!this.isServed(path)) return NOTHING
    if (missingErrnos.has(this.#stat(path))) return NOTHING
    const stat = this.#openedStat(path)
    if (typeof stat === 'string') return missingCodes.has(stat) ? NOTHING : FILE
    if (stat.isDirectory) return DIRECTORY
    return stat.isFile ? FILE : NOTHING
  }

  /** Fills `#now`. Returns 0 or an errno: missing names are too common for exceptions. */
  #stat(path: string): number {
    return native.fstatat(this.#root.fileno(), path === '' ? '.' : path, 0, this.#now.fields)
  }
}

/**
 * Whether this request may get the fallback: only a navigation may, not an `<img>` and not a name with an extension.
 */
function wantsPage(path: string, request: Request): boolean {
  if (path.slice(path.lastIndexOf('/') + 1).includes('.')) return false
  const destination = request.header('sec-fetch-dest') ?? 'document'
  return /^(document|iframe|frame|empty)$/.test(destination)
}
