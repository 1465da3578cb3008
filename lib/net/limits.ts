// The limits on the memory (bytes), time (milliseconds) and work that a peer can cause.

/** The size of a thread's receive buffer, and the most that one recv takes. */
export const receiveBytes = 65536
/** The most connections to read before their bytes are delivered. */
export const turnConnectionsMax = 512
/** With less free space than this, received bytes are delivered before the next read. */
export const turnReceiveBytesMin = 16384
/** The size of the buffer that gathers small writes into one send. */
export const gatherBytes = 65536
/** Reads of a connection before others get their turn. */
export const readsPerTurn = 4
/** The most bytes per sendfile: more could leave the page cache before the network card reads them. */
export const sendfileBytes = 524288
/** Calls of sendfile for a connection before others get their turn. */
export const sendfilesPerTurn = 1
/** A connection with more waiting output than this stops reading. */
export const outputHighWaterBytes = 262144
/** The size of a memory block that small pieces of waiting output share. */
export const outputBlockBytes = 16384
/** Connections that a listener accepts before other handlers get their turn. */
export const acceptsPerTurn = 64
/** How long a listener waits after it ran out of descriptors. */
export const acceptRetryMs = 100
/** How long a lingering connection reads and drops the peer's bytes. */
export const lingerMs = 1000
/** The most bytes that a lingering connection drops. */
export const lingerBytes = 1048576
/** The time between two sweeps, which is the precision of deadlines. */
export const sweepMs = 250
