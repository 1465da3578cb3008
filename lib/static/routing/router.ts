import { FileStat } from '../../core/index.ts'
import type { Request } from '../../http/index.ts'
import { native, O_PATH, SystemError } from '../../sys/index.ts'
import { factsOf, type ListingFacts } from '../listing/read-listing.ts'
import type { DirectorySettings } from '../options.ts'
import type { Root } from '../root.ts'
import { folderLocation, pageLocation } from './location.ts'
import type { PathTarget } from './target.ts'

/** Where a path leads: a file below the root, a directory to be listed, or what is said instead. */
export type Route =
  | { readonly file: string; readonly isFallback?: true }
  | { readonly directory: string }
  | { readonly redirect: string }
  | { readonly status: 404 }

/** ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP, as the native table gives them: a miss is too common to be thrown. */
const missingErrnos = new Set([-2, -20, -36, -40])
/** The same, and EXDEV: a link that leads outside. */
const noFile = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EXDEV', 'ENXIO'])
/** These say nothing of a path, but of us. */
const exhausted = new Set(['EMFILE', 'ENFILE', 'ENOMEM'])
/** Rules that Netlify and Cloudflare Pages would follow. */
export const redirectsFile = '_redirects'
/** They may hold a password, and are not to be read even where other rules are followed, or none. */
const instructionFiles = ['_headers', redirectsFile]
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
      ? this.#routeDirectory(target.path, request.path)
      : this.#routeFile(target.path)
    if (found !== null) return found
    const { fallback } = this.#settings
    if (fallback === null || !wantsPage(target.path, request)) return missing
    return { file: fallback, isFallback: true }
  }

  /** Whether it is the file that it was. */
  isUnchanged(path: string, stat: FileStat): boolean {
    return this.#look(path) === 0 && this.#now.equals(stat)
  }

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

  /** Files that say what is to be done are for nobody to read, nor under a path that leads around by a link. */
  isServed(path: string): boolean {
    const { headers } = this.#settings
    if (headers !== null && this.#isSame(path, headers)) return false
    return !instructionFiles.some(file => this.#isSame(path, file))
  }

  #isSame(path: string, file: string): boolean {
    if (path === file) return true
    if (!path.endsWith(`/${file.slice(file.lastIndexOf('/') + 1)}`)) return false
    const [one, other] = [this.#statOf(path), this.#statOf(file)]
    return typeof one !== 'string' && typeof other !== 'string' && one.isSameFile(other)
  }

  /** What there is at a path; null where it leaves the root, as a link may. */
  factsOf(path: string): ListingFacts | null {
    const stat = this.#statOf(path)
    return typeof stat === 'string' ? null : factsOf(stat)
  }

  /** The kind of file at a path within the root, or the code of the error that says why there is none. */
  #statOf(path: string): FileStat | string {
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
   * A name is looked at first, as most that are not there need no more. That look may follow a link outward, so what it
   * finds is opened within the root before anything is said of it; whether it may be read, the next opening tells.
   */
  #kindOf(path: string): typeof FILE | typeof DIRECTORY | typeof NOTHING {
    if (!this.isServed(path)) return NOTHING
    if (missingErrnos.has(this.#look(path))) return NOTHING
    const stat = this.#statOf(path)
    if (typeof stat === 'string') return noFile.has(stat) ? NOTHING : FILE
    if (stat.isDirectory) return DIRECTORY
    return stat.isFile ? FILE : NOTHING
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
