/** Limits on programs. The parser refuses a program that exceeds one; the rest is enforced while it runs. */

export const textBytesMax = 16_384
export const operationsMax = 200
export const nameCharsMax = 16
/** RLIMIT_NOFILE of the process that runs programs; low, so that `exhaust` reaches it soon. */
export const openFilesMax = 256
/** RLIMIT_NOFILE for modules: some need numbers above FD_SETSIZE. */
export const moduleOpenFilesMax = 2048
/** Named descriptors of a program. */
export const descriptorsMax = 64
/** The size of one read or write, and RLIMIT_FSIZE. */
export const operationBytesMax = 4_194_304
/** Temporary files of a program; with their maximum size, this bounds its disk use. */
export const filesMax = 4
/** The duration of one wait, sleep or join. */
export const waitMsMax = 1000
/** The total of all waits, sleeps and joins. */
export const waitsMsMax = 3000
/** The duration of one `spin`, which uses a whole core. */
export const spinMsMax = 100
export const threadsMax = 8
export const processesMax = 4
/** The duration of a run including state readings; then its process is killed. */
export const runMsMax = 15_000
/** The time until the process that runs programs must be ready. */
export const startMsMax = 30_000
/** Waiting runs. */
export const queuedRunsMax = 16
/** The output of that process: per run, per line, and on stderr. If it exceeds one, it is killed. */
export const messageBytesMax = 16_777_216
export const lineBytesMax = 1_048_576
export const errorBytesMax = 1_048_576

/** The body of an API request: a text of {@link textBytesMax} bytes, escaped as JSON. */
export const requestBytesMax = 65_536
/** Concurrent X-rays of a server. */
export const xraysMax = 2
/** The shortest interval between sends of an X-ray. */
export const xrayBatchMs = 50
/** The interest list entries, waits per batch and events per wait that an X-ray sends; it counts the rest. */
export const xrayEntriesMax = 256
export const xrayWaitsMax = 64
export const xrayEventsMax = 64
