import { apart, bool, integer, optionsOf, pathOf, typeError } from '../sys/index.ts'
import type { EtagKind } from './files/file-tag.ts'
import { cacheBytes, cachedFilesMax, listingEntriesMax } from './limits.ts'
import { choices, isPlainPath } from './option-values.ts'
import type { Links } from './root.ts'

/** Options of {@link serveDirectory}. File names are relative to the root, such as `docs/app.html`. */
export interface DirectoryOptions {
  /** The file names tried, in order, for a path that ends with a slash. Default: `['index.html']`. */
  index?: readonly string[]
  /** Send `x.js.br`, `x.js.zst` or `x.js.gz` in place of `x.js` if the client accepts it. Default: true. */
  precompressed?: boolean
  /** List a directory that has no index file, as HTML or JSON. Default: false. */
  listing?: boolean
  /** Serve `about.html` at `/about` if there is no file `about`. Default: false. */
  cleanUrls?: boolean
  /**
   * For single-page apps: the file sent in place of a missing page, but never in place of a missing asset. Default:
   * null.
   */
  fallback?: string | null
  /** The file sent as the body of a 404, if it exists. Default: `404.html`. */
  notFound?: string | null
  /** The file with rules for header fields, if it exists. It is never served. Default: `_headers`. */
  headers?: string | null
  /** Serve names that begin with a dot. `.well-known` is always served. Default: false. */
  dotfiles?: boolean
  /**
   * Which symbolic links are followed: `inside` follows relative and absolute links that lead to a place within the
   * root, `none` follows none, and `any` follows even links out of the root. Default: `inside`.
   */
  links?: Links
  /**
   * The parts of an ETag. `mtime-size` uses only the modification time and the size, so that copies on several servers
   * have the same ETag. `inode` adds the inode and its change time, so that every change results in a new ETag.
   * Default: `inode`.
   */
  etag?: EtagKind
  /** The memory for cached responses, in bytes. Default: 16 MiB. */
  cacheBytes?: number
  /** How many files may be cached. A cached file above 32 KiB keeps a descriptor open. Default: 512. */
  cachedFilesMax?: number
  /** How many names of a directory may be listed. Default: 20,000. */
  listingEntriesMax?: number
  /**
   * Called with a message for each problem that doesn't stop the server, such as a disk error or a wrong line in the
   * `headers` file. Default: `process.emitWarning()`.
   */
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

function checkFile(name: string, value: unknown): void {
  // The name is compared with normalised request paths, so it must be normalised, too.
  if (!isPlainPath(pathOf(value, name)))
    throw typeError(name, 'a path below the root, such as docs/app.html', value)
}

/** Checks the options and fills in the defaults. Throws TypeError or RangeError. */
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
    if (settings[name] !== null) checkFile(`options.${name}`, settings[name])
  }
  const { index, onWarning } = settings
  if (!Array.isArray(index)) throw typeError('options.index', 'an array of file names', index)
  for (const name of index) checkFile('options.index', name)
  if (typeof onWarning !== 'function') throw typeError('options.onWarning', 'a function', onWarning)
  return { ...settings, onWarning: message => apart(() => onWarning(message)) }
}
