// A connection's state consists of three values. ARCHITECTURE.md has their tables.

// The stream:
export const OPEN = 0
/** end() was called: the connection closes when its output is sent. */
export const ENDING = 1
/** Like ENDING, but first it briefly reads and drops the peer's bytes, because a reset could overtake the answer. */
export const LINGERING = 2

// Reading. In PAUSED and ENDED, nothing is read:
/** Waits for an edge. */
export const WATCHING = 0
/** Received bytes are in the thread's buffer. The protocol gets them at the end of this turn. */
export const RECEIVED = 1
/**
 * A read is deferred to the end of this turn. Further edges do not defer another read, which would double the budget.
 */
export const DEFERRED = 2
/** An edge arrived while too much output waited: there may be bytes that cause no further edge. */
export const HELD = 3
/** Reading stops until `resume()`. */
export const PAUSED = 4
/** The peer has ended its stream. */
export const ENDED = 5

// Why output waits:
/** No output waits. */
export const EMPTY = 0
/** The send buffer is full. EPOLLOUT reports when it has space. */
export const ROOM = 1
/** A file must first be read from the disk. Its `done` callback reports when it is in memory. */
export const DISK = 2
/** The budget of this turn is used up. The rest is deferred to the end of the turn. */
export const TURN = 3
