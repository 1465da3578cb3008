import { apart, bool, integer, isPlainPath, optionsOf, pathOf, typeError } from '../sys/index.ts'
import { choices } from './choices.ts'
import type { EtagKind } from './files/file-tag.ts'
import { cacheBytes, cachedFilesMax, listingEntriesMax } from './limits.ts'
import type { Links } from './root.ts'

/** What {@link serveDirectory} may be told; each has a default. */
export interface DirectoryOptions {
  /** The names that are looked for in a directory, the first one found is served: `['index.html']`. */
  index?: readonly string[]
  /** Whether `x.js.br`, `x.js.zst` and `x.js.gz` stand in for `x.js` where the client takes them: true. */
  precompressed?: boolean
  /** Whether a directory without an index is listed, as HTML or as JSON: false. */
  listing?: boolean
  /** Whether `/about` is `about.html` where no `about` is there: false. */
  cleanUrls?: boolean
  /** The file that stands in for pages that are not there, as in single-page programs; never for a missing asset. */
  fallback?: string | null
  /** The file that is the body of a 404, if it is there: `404.html`. */
  notFound?: string | null
  /** The file of rules for header fields, if it is there: `_headers`. It is never served. */
  headers?: string | null
  /** Whether names with a leading dot are served too: false; those in `.well-known` always are. */
  dotfiles?: boolean
  /**
   * Which symbolic links are followed: `inside`, those that lead to a place within the root, relative or absolute;
   * `none`; or `any`, wherever they lead. `inside` when left out.
   */
  links?: Links
  /**
   * How an ETag is made: `inode` tells apart whatever the file system does; `mtime-size` is the same for all copies
   * that keep the modification time, as servers behind one balancer need it. `inode` when left out.
   */
  etag?: EtagKind
  /** What cached answers may hold together, in bytes. */
  cacheBytes?: number
  /** How many answers are cached; each of a large file keeps a descriptor open. */
  cachedFilesMax?: number
  /** How many names of a directory are listed. */
  listingEntriesMax?: number
  /** Called with what a server goes on after (a disk's error, a wrong line of `headers` ...); by default a warning. */
  onWarning?: (message: string) => void
}

export type DirectorySettings = Required<DirectoryOptions>

const defaults: DirectorySettings = {
  index: ['index.html'],
  precompressed: true,
  listing: false,
  cleanUrls: false,
  fallback: null,
  notFound: '404.html',
  headers: '_headers',
  dotfiles: false,
  links: 'inside',
  etag: 'inode',
  cacheBytes,
  cachedFilesMax,
  listingEntriesMax,
  onWarning: message => process.emitWarning(message, 'EpolletWarning'),
}

/** A name below the root, without a slash in front: the kernel keeps it there. */
function fileOf(name: string, value: unknown): void {
  // One spelling: it is compared with the paths of requests.
  if (!isPlainPath(pathOf(value, name))) throw typeError(name, 'a path below the root', value)
}

/** @throws TypeError, RangeError for an option that is none, or of another kind */
export function directorySettings(options?: DirectoryOptions): DirectorySettings {
  const known = optionsOf(options, Object.keys(defaults) as (keyof DirectorySettings)[])
  const given = Object.entries(known).filter(([, value]) => value !== undefined)
  const settings: DirectorySettings = { ...defaults, ...Object.fromEntries(given) }
  for (const name of ['precompressed', 'listing', 'cleanUrls', 'dotfiles'] as const) {
    bool(`options.${name}`, settings[name])
  }
  for (const name of ['cacheBytes', 'cachedFilesMax', 'listingEntriesMax'] as const) {
    integer(`options.${name}`, settings[name], 0, Number.MAX_SAFE_INTEGER)
  }
  for (const name of ['etag', 'links'] as const) {
    const words: readonly string[] = choices[name]
    if (!words.includes(settings[name])) {
      throw typeError(`options.${name}`, `one of ${words.join(', ')}`, settings[name])
    }
  }
  for (const name of ['fallback', 'notFound', 'headers'] as const) {
    if (settings[name] !== null) fileOf(`options.${name}`, settings[name])
  }
  if (!Array.isArray(settings.index)) {
    throw typeError('options.index', 'an array of names', settings.index)
  }
  for (const name of settings.index) fileOf('options.index', name)
  if (typeof settings.onWarning !== 'function') {
    throw typeError('options.onWarning', 'a function', settings.onWarning)
  }
  const { onWarning } = settings
  return { ...settings, onWarning: message => apart(() => onWarning(message)) }
}
