// Limits on the memory and the descriptors that serving files uses.

/** A file up to this size is kept in memory and sent together with its head; a larger one is sent by sendfile. */
export const smallFileBytes = 32_768
/** The memory for all cached responses. */
export const cacheBytes: number = 16 * 1024 * 1024
/** The limit on cached files, and on descriptors that they keep open; a low `ulimit -n` allows fewer descriptors. */
export const cachedFilesMax = 512
/** An entry is removed from the cache this long after it was opened; a requested one is reopened each second. */
export const unusedMs = 5000
/** How often the cache is searched for such entries. */
export const cacheSweepMs = 1000
/** A file that isn't in the page cache is read ahead in pieces of this size, the most that one sendfile() sends. */
export const pieceBytes = 524_288
/** How much of a piece one thread-pool call reads: small enough that a slow disk shows progress. */
export const readAheadBytes = 131_072
/** How many of the thread pool's four threads may wait for one device. */
export const diskThreadsMax = 2
/** A device that hasn't answered for this long counts as stalled. */
export const stalledMs = 1000
/** How many names of a directory are listed. */
export const listingEntriesMax = 20_000
/** The memory for all cached listings; the newest is kept even if it is larger than this. */
export const listingsBytes = 33_554_432
/** How many listings are made at a time; others wait. */
export const listingsAtOnce = 2
/** How long a listing of an unchanged directory may be cached: the sizes and times of its files may change. */
export const listingMs = 60_000
/** A path is opened again after this time, even if its file looks unchanged. */
export const reopenMs = 1000
/** A path with more symbolic links counts as a loop, as in the kernel. */
export const linksMax = 40
