// The three values that a connection's state consists of; ARCHITECTURE.md has them as tables.

// How far the stream is.
export const OPEN = 0
/** end() was called: the connection closes when its output has left. */
export const ENDING = 1
/** The same, and then it drops for a short while what the peer sends: a reset could overtake our answer. */
export const LINGERING = 2

// How far reading is; from PAUSED on nothing is read.
/** The next edge says that there is something to read. */
export const WATCHING = 0
/** Bytes are in the thread's buffer; the protocol gets them at the end of this turn. */
export const RECEIVED = 1
/** A read is deferred to the end of this turn. An edge adds none to it: that would double the budget. */
export const DEFERRED = 2
/** An edge came while too much output waited: there may be bytes that no further edge tells of. */
export const HELD = 3
/** Until `resume()`. */
export const PAUSED = 4
/** The peer will send nothing more. */
export const ENDED = 5

// Why output waits, if it does.
export const EMPTY = 0
/** The socket has no room: EPOLLOUT says when it has. */
export const ROOM = 1
/** A file would have to be read from a disk first: it says when it is. */
export const DISK = 2
/** It has had its turn: the rest is deferred to the end of it. */
export const TURN = 3
