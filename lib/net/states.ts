// A connection's state consists of three values. ARCHITECTURE.md has their tables.

// The stream:
export const OPEN = 0
/** end() was called: the connection closes when its output has left. */
export const ENDING = 1
/** Like ENDING, but then it briefly reads and drops what the peer sends: a reset could overtake the answer. */
export const LINGERING = 2

// Reading. From PAUSED on, nothing is read:
/** Waits for an edge. */
export const WATCHING = 0
/** Bytes are in the thread's buffer. The protocol gets them at the end of this turn. */
export const RECEIVED = 1
/** A read is deferred to the end of this turn. An edge defers no second one, which would double the budget. */
export const DEFERRED = 2
/** An edge came while too much output waited: there may be bytes for which no further edge comes. */
export const HELD = 3
/** Until `resume()`. */
export const PAUSED = 4
/** The peer has ended its stream. */
export const ENDED = 5

// Why output waits:
/** None waits. */
export const EMPTY = 0
/** The socket has no room. EPOLLOUT reports when it has. */
export const ROOM = 1
/** A file must be read from the disk first. Its `done` callback reports when it is. */
export const DISK = 2
/** The budget of this turn is spent. The rest is deferred to its end. */
export const TURN = 3
