// Limits on the memory (bytes), time (milliseconds) and work that a peer can cause.

/** The size of a thread's receive buffer, and the most bytes that one recv reads. */
export const receiveBytes = 65536
/** The most connections to read before their bytes are delivered. */
export const turnConnectionsMax = 512
/** If less space than this is free, received bytes are delivered before the next read. */
export const turnReceiveBytesMin = 16384
/** The size of the buffer that gathers small writes into one send. */
export const gatherBytes = 65536
/** How many times one connection is read before other handlers get a turn. */
export const readsPerTurn = 4
/** The most bytes per sendfile: more could leave the page cache before the network card reads them. */
export const sendfileBytes = 524288
/** How many times sendfile is called for one connection before other handlers get a turn. */
export const sendfilesPerTurn = 1
/** A connection with more waiting output than this stops reading. */
export const outputHighWaterBytes = 262144
/** The size of a memory block that small pieces of waiting output share. */
export const outputBlockBytes = 16384
/** How long a lingering connection reads and drops the peer's bytes. */
export const lingerMs = 1000
/** The most bytes that a lingering connection drops. */
export const lingerBytes = 1048576
/** The time between two sweeps, which is the precision of deadlines. */
export const sweepMs = 250
