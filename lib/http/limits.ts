// Every number that bounds what an HTTP client can make the server do or keep.

/** A request's line and headers together; beyond it the answer is 431. */
export const headBytesMax = 16384
/** The target alone; beyond it the answer is 414. */
export const targetBytesMax = 8192
/** Header fields of one request; beyond it the answer is 431. */
export const headersMax = 100
/** How much of the first line of a request that could not be read is shown to the log. */
export const brokenLineBytesMax = 256
/** Empty lines before a request that are passed over: RFC 9112 section 2.2 asks for one. */
export const emptyLinesMax = 1
/** A body that nobody asked for is dropped up to here; beyond it the connection is closed. */
export const droppedBodyBytesMax = 65536
/** A body that a handler of createServer() is given; beyond it the answer is 413. */
export const bodyBytesMax = 1_048_576
/** What a handler may have written of a stream that its client has not taken; beyond it the connection is reset. */
export const streamBytesMax = 4_194_304
/** A longer body leaves before its answer is logged: its client may not take all of it. */
export const flushedBodyBytesMin = 65_536
/** What a stream may send before other clients get their turn. */
export const turnBytes = 262_144
/** And in how many pieces: each is a call of the kernel. */
export const turnCalls = 64
/** The extensions of one chunk; nobody uses any. */
export const chunkLineBytesMax = 256
/** The trailer fields behind a chunked body; beyond it the answer is 431. */
export const trailerBytesMax = 8192
/** How long a body may stand still; then 408. */
export const bodyTimeoutMs = 30_000
/** From a request's first byte to the end of its headers; then 408. */
export const headTimeoutMs = 10_000
/** How long a connection may stay open between two requests. */
export const idleTimeoutMs = 75_000
/** How long an answer may wait without the client taking a byte of it. */
export const writeTimeoutMs = 60_000
/** Connections of one server; further ones are answered 503. */
export const connectionsMax = 65_536
/** Connections of one address, or of one IPv6 network of 64 bits; further ones are answered 503. As many as there may be. */
export const connectionsPerAddressMax = 65_536
/** How long the kernel keeps a connection on which nothing has come to itself; in seconds, as it counts them. */
export const deferAcceptS = 1
/** How many connections are looked at for an idle one that can make room. */
export const idleLooksMax = 64
/** Lines of the log for clients that were dropped before they had made a request: the others are only counted. */
export const dropLinesPerSecondMax = 10
/** Requests of one connection. */
export const requestsMax = 1_000_000
/** Short texts of requests, such as paths, that are kept to be found again: a power of two. */
export const knownTextsMax = 256
/** How long such a text may be. */
export const knownTextBytesMax = 64
