// Limits on the work and time of accepting.

/** How many connections a listener accepts before other handlers get a turn. */
export const acceptsPerTurn = 64
/** How long a listener waits before it retries a failed accept. */
export const acceptRetryMs = 100
