import { constants, type Dir } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { File } from '../core/index.ts'
import { integer, SystemError } from '../sys/index.ts'
import { sortEntries } from './listing-order.ts'
import { O_PATH } from './root.ts'
import { resolveTarget } from './target.ts'

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
  linkTarget?: (name: string) => ListingFacts | null
}

const listingEntriesMaxDefault = 20_000
/** Names that the thread pool reads at a time. */
const namesPerRead = 256
/** The pool's threads are four, and files that are being served wait for them too. */
const statsAtOnce = 32

/** Neither hidden, nor a name that no request can reach. */
function isReachable(name: string): boolean {
  return 'path' in resolveTarget(`/x/${encodeURIComponent(name)}`)
}

function typeOf(stat: { isDirectory(): boolean; isFile(): boolean }): ListingEntry['type'] {
  if (stat.isDirectory()) return 'directory'
  return stat.isFile() ? 'file' : 'other'
}

/** Null for what is gone by now, or cannot be looked at. Never through a link. */
async function lookAt(
  folder: string,
  name: string,
  linkTarget: (name: string) => ListingFacts | null,
): Promise<ListingEntry | null> {
  const stat = await lstat(`${folder}/${name}`).catch(() => null)
  if (stat === null) return null
  if (stat.isSymbolicLink()) {
    const facts = linkTarget(name)
    return facts === null ? null : { ...facts, name }
  }
  return { name, type: typeOf(stat), sizeBytes: stat.size, mtimeMs: stat.mtimeMs }
}

function open(folder: string): Promise<Dir> {
  return opendir(folder, { bufferSize: namesPerRead }).catch((error: NodeJS.ErrnoException) => {
    throw new SystemError(-error.errno!, 'opendir', JSON.stringify(folder))
  })
}

async function readEntries(folder: string, options: ReadListingOptions): Promise<Listing> {
  const { listingEntriesMax = listingEntriesMaxDefault, signal } = options
  const { isShown = () => true, linkTarget = () => null } = options
  const entries: ListingEntry[] = []
  let names: string[] = []
  const look = async () => {
    signal?.throwIfAborted()
    const found = await Promise.all(names.map(name => lookAt(folder, name, linkTarget)))
    entries.push(...found.filter(entry => entry !== null))
    names = []
  }
  let read = 0
  for await (const { name } of await open(folder)) {
    if (++read > listingEntriesMax) break
    if (isReachable(name) && isShown(name)) names.push(name)
    if (names.length === statsAtOnce) await look()
  }
  await look()
  return { entries: await sortEntries(entries), truncated: read > listingEntriesMax }
}

/**
 * What is in a directory, for clients to see: without hidden names, those that no request can reach, and the rules of
 * the answers. The kernel is asked on Node's thread pool, so that a slow disk does not stop the loop.
 *
 * The descriptor may be one of O_PATH, and may be closed as soon as this has returned its promise.
 *
 * @throws SystemError (EACCES, EMFILE; ENOENT for no descriptor, ENOTDIR), and the signal's reason
 */
export async function readListing(fd: number, options: ReadListingOptions = {}): Promise<Listing> {
  const { listingEntriesMax } = options
  if (listingEntriesMax !== undefined) {
    integer('listingEntriesMax', listingEntriesMax, 0, Number.MAX_SAFE_INTEGER)
  }
  const flags = O_PATH | constants.O_DIRECTORY
  // One of our own: the caller's number may mean another directory by the time the pool gets to it.
  const directory = File.open(`/proc/self/fd/${integer('fd', fd, 0, 2 ** 31 - 1)}`, { flags })
  try {
    return await readEntries(`/proc/self/fd/${directory.fileno()}`, options)
  } finally {
    directory.close()
  }
}
