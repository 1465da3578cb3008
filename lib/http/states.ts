// The two values that make up an exchange's state. ARCHITECTURE.md shows them as tables.

// The current request.
/** No request has been read completely. */
export const READING = 0
/** Its handler is running. */
export const ASKED = 1
/** It will be answered later, or its answer is being streamed. */
export const LATE = 2
/** Its answer is complete and waits for the client to take it. */
export const SENDING = 3
/** It is answered. The next request is read when the running handler has returned. */
export const ANSWERED = 4

// The connection.
export const KEEPS = 0
/** The current request is answered, then the connection is closed. */
export const DRAINS = 1
/** No further request is read. */
export const CLOSES = 2
