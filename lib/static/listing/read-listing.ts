import { constants, type Dir } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { File, FileStat } from '../../core/index.ts'
import {
  AT_EMPTY_PATH,
  closeSpares,
  ENOSYS,
  integer,
  isOutOfDescriptors,
  native,
  O_CLOEXEC,
  O_PATH,
  RESOLVE_CACHED,
  SystemError,
} from '../../sys/index.ts'
import { resolveTarget } from '../routing/target.ts'
import { sortEntries } from './sort-entries.ts'

export interface ListingEntry {
  readonly name: string
  /** What is other (a pipe, a socket, a device) is named, but not served. */
  readonly type: 'directory' | 'file' | 'other'
  readonly sizeBytes: number
  readonly mtimeMs: number
}

/** What there is to say of a name. */
export type ListingFacts = Omit<ListingEntry, 'name'>

export interface Listing {
  /** Directories first; then by name, numbers in names by their value. */
  readonly entries: readonly ListingEntry[]
  /** The directory has more names than were read. */
  readonly truncated: boolean
  /** Names that no address can have: not UTF-8, or with a control character or a backslash. */
  readonly leftOut: number
}

export interface ReadListingOptions {
  /** How many names are read; 20,000. */
  listingEntriesMax?: number
  signal?: AbortSignal
  /** Whether a name is shown; all that can be reached are, where this is left out. */
  isShown?: (name: string) => boolean
  /**
   * What a symbolic link leads to, as the caller opens it beneath its root; null for one that is not to be shown.
   * Without this no link is.
   */
  linkTarget?: LinkTarget
}

const listingEntriesMaxDefault = 20_000
/** Names that the thread pool reads at a time. */
const namesPerRead = 256
const { S_IFLNK, S_IFMT } = constants
/** The pool's threads are four, and files that are being served wait for them too. */
const statsAtOnce = 32

function isReachable(name: string): boolean {
  // Most names are made of these.
  return /^[\w -][\w .-]*$/.test(name) || 'path' in resolveTarget(`/x/${encodeURIComponent(name)}`)
}

/** Where Node has put this, the name has bytes that are no UTF-8; so it is not found under what is left of it. */
function isGarbled(name: string): boolean {
  return name.includes('\ufffd')
}

function typeOf(stat: { isDirectory(): boolean; isFile(): boolean }): ListingEntry['type'] {
  if (stat.isDirectory()) return 'directory'
  return stat.isFile() ? 'file' : 'other'
}

type LinkTarget = (name: string) => ListingFacts | null

/**
 * Looks at once at what the kernel has in its caches, as the thread pool takes ten times as long; undefined for what a
 * disk may have to be waited for (RESOLVE_CACHED), or what is gone.
 */
function lookNow(
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
  if ((stat.fields[0]! & S_IFMT) === S_IFLNK) return ofLink(name, linkTarget)
  return { ...factsOf(stat), name }
}

/** The facts that a listing shows of an entry. */
export function factsOf(stat: FileStat): ListingFacts {
  const type = stat.isDirectory ? 'directory' : stat.isFile ? 'file' : 'other'
  const mtimeMs = stat.mtimeS * 1000 + Math.floor(stat.mtimeNs / 1e6)
  return { type, sizeBytes: stat.sizeBytes, mtimeMs }
}

function ofLink(name: string, linkTarget: LinkTarget): ListingEntry | null {
  const facts = linkTarget(name)
  return facts === null ? null : { ...facts, name }
}

/** Null for what is gone by now, or cannot be looked at. Never through a link. */
async function lookAt(
  folder: string,
  name: string,
  linkTarget: LinkTarget,
): Promise<ListingEntry | null> {
  const stat = await lstat(`${folder}/${name}`).catch(() => null)
  if (stat === null) return null
  if (stat.isSymbolicLink()) return ofLink(name, linkTarget)
  return { name, type: typeOf(stat), sizeBytes: stat.size, mtimeMs: stat.mtimeMs }
}

async function open(folder: string): Promise<Dir> {
  const openOnce = () => opendir(folder, { bufferSize: namesPerRead })
  const again = (error: NodeJS.ErrnoException) => {
    if (isOutOfDescriptors(error.errno!) && closeSpares()) return openOnce()
    throw error
  }
  return await openOnce()
    .catch(again)
    .catch((error: NodeJS.ErrnoException) => {
      throw new SystemError(-error.errno!, 'opendir', JSON.stringify(folder))
    })
}

async function readEntries(directory: File, options: ReadListingOptions): Promise<Listing> {
  const folder = `/proc/self/fd/${directory.fileno()}`
  const { listingEntriesMax = listingEntriesMaxDefault, signal } = options
  const { isShown = () => true, linkTarget = () => null } = options
  const entries: ListingEntry[] = []
  const stat = new FileStat()
  let cold: string[] = []
  let leftOut = 0
  const lookAtCold = async () => {
    signal?.throwIfAborted()
    const found = await Promise.all(cold.map(name => lookAt(folder, name, linkTarget)))
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
    const entry = lookNow(directory, name, stat, linkTarget)
    if (entry === undefined) cold.push(name)
    else if (entry !== null) entries.push(entry)
    if (cold.length === statsAtOnce) await lookAtCold()
  }
  await lookAtCold()
  return { entries: await sortEntries(entries), truncated: read > listingEntriesMax, leftOut }
}

/** A descriptor of our own: the caller's number may mean another directory by the time the pool gets to it. */
function openAgain(fd: number): File {
  const flags = O_PATH | constants.O_DIRECTORY
  try {
    return File.open(`/proc/self/fd/${fd}`, { flags })
  } catch (error) {
    if (!(error instanceof SystemError) || error.code !== 'ENOENT' || hasProc()) throw error
    throw new SystemError(-ENOSYS, 'opendir', 'listings need /proc, and it is not mounted')
  }
}

function hasProc(): boolean {
  try {
    File.open('/proc/self', { flags: O_PATH }).close()
    return true
  } catch {
    return false
  }
}

/**
 * What is in a directory, for clients to see: without hidden names, those that no request can reach, and the rules of
 * the answers. Names, and what the kernel does not have in memory, are read on Node's thread pool, so that a slow disk does
 * not stop the loop.
 *
 * The descriptor may be one of O_PATH, and may be closed as soon as this has returned its promise.
 *
 * @throws SystemError (EACCES, EMFILE; ENOENT for no descriptor, ENOTDIR; ENOSYS without /proc), and the signal's reason
 */
export async function readListing(fd: number, options: ReadListingOptions = {}): Promise<Listing> {
  const { listingEntriesMax } = options
  if (listingEntriesMax !== undefined) {
    integer('listingEntriesMax', listingEntriesMax, 0, Number.MAX_SAFE_INTEGER)
  }
  const directory = openAgain(integer('fd', fd, 0, 2 ** 31 - 1))
  try {
    return await readEntries(directory, options)
  } finally {
    directory.close()
  }
}
