// Every number that bounds what serving files keeps in memory or open.

/** A file up to here is kept in memory and leaves in one send with its head; a larger one by sendfile. */
export const smallFileBytes = 32_768
/** What cached answers may hold together. */
export const cacheBytes: number = 16 * 1024 * 1024
/** How many answers are cached, and how many descriptors they may keep open; fewer where `ulimit -n` leaves fewer. */
export const cachedFilesMax = 512
/** How long after it was opened an entry leaves the cache; one that is used is opened again each second. */
export const unusedMs = 5000
/** How often that is looked at. */
export const cacheSweepMs = 1000
/** Of a file that is not in memory, what is read ahead at a time; as much as one sendfile takes. */
export const pieceBytes = 524_288
/** Bytes that one call of the thread pool reads of it: small enough that a slow disk shows progress. */
export const readAheadBytes = 131_072
/** How many of the thread pool's four threads may wait for one device. */
export const diskThreadsMax = 2
/** After so long without an answer a device is taken for one that does not answer. */
export const stalledMs = 1000
/** How many names of a directory are listed. */
export const listingEntriesMax = 20_000
/** Bytes that kept listings may hold together; the newest is kept even if it alone is larger. */
export const listingsBytes = 33_554_432
/** How many listings are made at the same time; others wait. */
export const listingsAtOnce = 2
/** How long a listing is kept at most while its directory stays as it is: its files may change meanwhile. */
export const listingMs = 60_000
/** How long an opened path is believed before it is opened again, however its file looks. */
export const reopenMs = 1000
/** Links in one path; more are taken for a loop, as the kernel does. */
export const linksMax = 40
