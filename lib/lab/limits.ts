/** Limits on programs. The parser enforces the limits that it can check; the others are enforced during the run. */

export const textBytesMax = 16_384
export const operationsMax = 200
export const nameCharsMax = 16
/** RLIMIT_NOFILE of the process that runs programs. It is low, so that `exhaust` reaches it soon. */
export const openFilesMax = 256
/** RLIMIT_NOFILE for modules: some need numbers above FD_SETSIZE. */
export const moduleOpenFilesMax = 2048
/** The number of named descriptors of a program. */
export const descriptorsMax = 64
/** The size of one read or write, and RLIMIT_FSIZE. */
export const operationBytesMax = 4_194_304
/** The number of temporary files of a program. Each has at most {@link operationBytesMax} bytes. */
export const filesMax = 4
/** The duration of one wait, sleep or join. */
export const waitMsMax = 1000
/** The total of all waits, sleeps and joins. */
export const waitsMsMax = 3000
/** The duration of one `spin`, which uses a whole core. */
export const spinMsMax = 100
export const threadsMax = 8
export const processesMax = 4
/** The duration of a run, including state readings. A run that takes longer is killed with its process. */
export const runMsMax = 15_000
/** The process that runs programs must be ready within this time. */
export const startMsMax = 30_000
/** The number of runs that may wait for their turn. */
export const queuedRunsMax = 16
/** Output limits of that process: per run, per line, and on stderr. A process that exceeds a limit is killed. */
export const messageBytesMax = 16_777_216
export const lineBytesMax = 1_048_576
export const errorBytesMax = 1_048_576

/** The body of an API request: a text of {@link textBytesMax} bytes, escaped as JSON. */
export const requestBytesMax = 65_536
/** The number of concurrent X-ray streams of a server. */
export const xraysMax = 2
/** The shortest interval between two sends of an X-ray stream. */
export const xrayBatchMs = 50
/** An X-ray sends at most this many list entries, waits per batch and events per wait. The rest is only counted. */
export const xrayEntriesMax = 256
export const xrayWaitsMax = 64
export const xrayEventsMax = 64
