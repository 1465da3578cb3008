/** What a program may ask of the machine that runs it. A hostile one is refused before anything runs, or cut short. */

/** A program's text. */
export const textBytesMax = 16_384
export const operationsMax = 200
export const nameCharsMax = 16
/** What the process may have open, set by ulimit: `exhaust` meets it soon, and nothing gets past it. */
export const openFilesMax = 256
/** The same for an experiment that is a module: some need numbers beyond what select(2) has room for. */
export const moduleOpenFilesMax = 2048
/** Descriptors that a program names. */
export const descriptorsMax = 64
/** One write, read, send, or file: a file that would grow beyond that is refused by the kernel, set by ulimit. */
export const operationBytesMax = 4_194_304
/** Temporary files that a program opens: with their sizes a bound on what it may have on the disk. */
export const filesMax = 4
/** One wait, sleep or join. */
export const waitMsMax = 1000
/** All waits, sleeps and joins of a program. */
export const waitsMsMax = 3000
/** Waiting again and again without a pause costs a core meanwhile. */
export const spinMsMax = 100
export const threadsMax = 8
export const processesMax = 4
/** A whole run with the readings of its states; then its process is killed. */
export const runMsMax = 15_000
/** Until the process that runs programs is ready. */
export const startMsMax = 30_000
/** Runs that wait for their turn. */
export const queuedRunsMax = 16
/** How much that process may report of one run, in one line, and on its stderr; beyond that it is killed. */
export const messageBytesMax = 16_777_216
export const lineBytesMax = 1_048_576
export const errorBytesMax = 1_048_576

/** The body of a request to the lab's server: a text of {@link textBytesMax}, escaped as JSON may do. */
export const requestBytesMax = 65_536
/** X-rays of a server at the same time. */
export const xraysMax = 2
/** How often an X-ray sends at most. */
export const xrayBatchMs = 50
/** Lines of the interest list, waits of a batch, and events of a wait that an X-ray shows; it says what it leaves out. */
export const xrayEntriesMax = 256
export const xrayWaitsMax = 64
export const xrayEventsMax = 64
