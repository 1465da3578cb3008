// Every number that bounds what an HTTP client can make the server do or keep.

/** A request's line and headers together; beyond it the answer is 431. */
export const headBytesMax = 16384
/** The target alone; beyond it the answer is 414. */
export const targetBytesMax = 8192
/** Header fields of one request; beyond it the answer is 431. */
export const headersMax = 100
/** Empty lines before a request; RFC 9112 section 2.2 asks for one to be ignored. */
export const emptyLinesMax = 8
/** A body that nobody asked for is dropped up to here; beyond it the connection is closed. */
export const droppedBodyBytesMax = 65536
/** From a request's first byte to the end of its headers; then 408. */
export const headTimeoutMs = 10_000
/** How long a connection may stay open between two requests. */
export const idleTimeoutMs = 75_000
/** How long an answer may wait without the client taking a byte of it. */
export const writeTimeoutMs = 60_000
/** Connections of one server; further ones are answered 503. */
export const connectionsMax = 65_536
/** Requests of one connection. */
export const requestsMax = 1_000_000
