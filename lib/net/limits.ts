// Every number that bounds what a peer can make us do or keep. Memory in bytes, time in milliseconds.

/** The one receive buffer of a thread; also the most that one recv takes. */
export const receiveBytes = 65536
/** So many connections are read before what they have sent is handed over. */
export const turnConnectionsMax = 512
/** With less of it left, what has been received is handed over before anything more is. */
export const turnReceiveBytesMin = 16384
/** Small writes of one turn are gathered up to here, and leave in one send. */
export const gatherBytes = 65536
/** What a connection reads before others get their turn. */
export const readsPerTurn = 4
/** One sendfile takes no more, so that the page cache still holds what the network card asks for. */
export const sendfileBytes = 524288
/** What a connection sends of a file before others get their turn. */
export const sendfilesPerTurn = 1
/** Above this much waiting output a connection stops reading; see Connection.write. */
export const outputHighWaterBytes = 262144
/** Small pieces that wait share a block of memory of this size. */
export const outputBlockBytes = 16384
/** What a listener accepts before connections get their turn. */
export const acceptsPerTurn = 64
/** How long a listener that has run out of descriptors waits before it tries again. */
export const acceptRetryMs = 100
/** How long a connection that is shut down waits for the peer's last bytes, so that it can read our answer. */
export const lingerMs = 1000
/** What it reads and drops in that time. */
export const lingerBytes = 1048576
/** How often deadlines are looked at: what their precision is. */
export const sweepMs = 250
