import { constants, type Dir } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { type File, FileStat } from '../../core/index.ts'
import {
  AT_EMPTY_PATH,
  closeSpares,
  ENOENT,
  ENOSYS,
  isOutOfDescriptors,
  native,
  O_CLOEXEC,
  O_PATH,
  RESOLVE_CACHED,
  SystemError,
} from '../../sys/index.ts'
import { listingEntriesMax as listingEntriesMaxDefault } from '../limits.ts'
import { resolveTarget } from '../routing/target.ts'
import type { Listing, ListingEntry } from './listing-entry.ts'
import { sortEntries } from './sort-entries.ts'

/** The file that a symbolic link leads to; null if the link isn't shown. */
type LinkTarget = (name: string) => FileStat | null

export interface ReadListingOptions {
  /** The maximum number of names to read. */
  listingEntriesMax?: number
  /** Whether a name is shown. By default every name is. */
  isShown?: (name: string) => boolean
  /** Opens a link within the root. By default no link is shown. */
  linkTarget?: LinkTarget
}

/** How many names the thread pool reads at a time. */
const namesPerRead = 256
const { S_IFLNK, S_IFMT } = constants
/** How many entries are read at a time: served files need the pool's four threads, too. */
const statsAtOnce = 32

/** Whether a URL can name the entry. */
function isReachable(name: string): boolean {
  // Most names match this.
  return /^[\w -][\w .-]*$/.test(name) || 'path' in resolveTarget(`/x/${encodeURIComponent(name)}`)
}

/** Whether Node replaced bytes that aren't UTF-8. The resulting name doesn't lead to the file. */
function isGarbled(name: string): boolean {
  return name.includes('\ufffd')
}

function typeOf(stat: { isDirectory: boolean; isFile: boolean }): ListingEntry['type'] {
  if (stat.isDirectory) return 'directory'
  return stat.isFile ? 'file' : 'other'
}

function entryOf(name: string, stat: FileStat): ListingEntry {
  const mtimeMs = stat.mtimeS * 1000 + Math.floor(stat.mtimeNs / 1e6)
  return { name, type: typeOf(stat), sizeBytes: stat.sizeBytes, mtimeMs }
}

function entryOfLink(name: string, linkTarget: LinkTarget): ListingEntry | null {
  const stat = linkTarget(name)
  return stat === null ? null : entryOf(name, stat)
}

/**
 * Reads an entry that is in the kernel's caches; this is ten times as fast as the thread pool. Undefined if a disk may
 * be needed (RESOLVE_CACHED), or if the entry is gone.
 */
function cachedEntry(
  directory: File,
  name: string,
  stat: FileStat,
  linkTarget: LinkTarget,
): ListingEntry | null | undefined {
  const flags = O_PATH | constants.O_NOFOLLOW | O_CLOEXEC
  const fd = native.openat2(directory.fileno(), name, flags, 0, RESOLVE_CACHED)
  if (fd < 0) return undefined
  const result = native.fstatat(fd, '', AT_EMPTY_PATH, stat.fields)
  native.close(fd)
  if (result < 0) return undefined
  const isLink = (stat.fields[0]! & S_IFMT) === S_IFLNK
  return isLink ? entryOfLink(name, linkTarget) : entryOf(name, stat)
}

/** Reads an entry on the thread pool; null if it is gone or can't be read. */
async function coldEntry(
  folder: string,
  name: string,
  linkTarget: LinkTarget,
): Promise<ListingEntry | null> {
  const stat = await lstat(`${folder}/${name}`).catch(() => null)
  if (stat === null) return null
  if (stat.isSymbolicLink()) return entryOfLink(name, linkTarget)
  const type = typeOf({ isDirectory: stat.isDirectory(), isFile: stat.isFile() })
  return { name, type, sizeBytes: stat.size, mtimeMs: stat.mtimeMs }
}

async function open(folder: string): Promise<Dir> {
  const openOnce = () => opendir(folder, { bufferSize: namesPerRead })
  const again = (error: NodeJS.ErrnoException) => {
    if (isOutOfDescriptors(error.errno!) && closeSpares()) return openOnce()
    throw error
  }
  return await openOnce()
    .catch(again)
    .catch(({ errno = 0 }: NodeJS.ErrnoException) => {
      if (errno !== ENOENT) throw new SystemError(-errno, 'opendir', JSON.stringify(folder))
      throw new SystemError(-ENOSYS, 'opendir', 'listings need /proc, and it is not mounted')
    })
}

/**
 * Reads a directory as clients may see it: without hidden names, names that no URL can contain, and names that
 * `isShown` rejects. The directory must stay open until the promise settles. Names, and entries that aren't in the
 * kernel's caches, are read on the thread pool, so that a slow disk doesn't block the loop.
 *
 * Rejects with {@link SystemError}: EACCES, EMFILE, ENOTDIR, or ENOSYS if /proc isn't mounted.
 */
export async function readListing(
  directory: File,
  options: ReadListingOptions = {},
): Promise<Listing> {
  const folder = `/proc/self/fd/${directory.fileno()}`
  const { listingEntriesMax = listingEntriesMaxDefault } = options
  const { isShown = () => true, linkTarget = () => null } = options
  const entries: ListingEntry[] = []
  const stat = new FileStat()
  let cold: string[] = []
  let leftOut = 0
  const readCold = async () => {
    const found = await Promise.all(cold.map(name => coldEntry(folder, name, linkTarget)))
    entries.push(...found.filter(entry => entry !== null))
    leftOut += cold.filter((name, i) => found[i] === null && isGarbled(name)).length
    cold = []
  }
  let read = 0
  for await (const { name } of await open(folder)) {
    if (++read > listingEntriesMax) break
    if (name.startsWith('.') || !isShown(name)) continue
    if (!isReachable(name)) {
      leftOut++
      continue
    }
    const entry = cachedEntry(directory, name, stat, linkTarget)
    if (entry === undefined) cold.push(name)
    else if (entry !== null) entries.push(entry)
    if (cold.length === statsAtOnce) await readCold()
  }
  await readCold()
  return { entries: await sortEntries(entries), truncated: read > listingEntriesMax, leftOut }
}
