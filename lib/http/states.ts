// The two values that an exchange's state consists of; ARCHITECTURE.md has them as tables.

// What becomes of the request at hand.
/** There is none, or it is not whole. */
export const READING = 0
/** Its handler is running. */
export const ASKED = 1
/** Its answer comes later, or is being made. */
export const LATE = 2
/** Its answer is given, and is leaving. */
export const SENDING = 3
/** Its answer is given, and the next request waits for its turn. */
export const ANSWERED = 4

// What becomes of the connection.
export const KEEPS = 0
/** The request at hand is answered, and none after it. */
export const DRAINS = 1
/** No request is read any more. */
export const CLOSES = 2
