/** The limits of a connection. */
export interface ConnectionLimits {
  /** How long output may wait without progress before the connection is reset, in milliseconds. */
  readonly writeTimeoutMs: number
  /** With more waiting output than this, the connection stops reading. */
  readonly outputHighWaterBytes: number
}

/** The events that a connection reports to the protocol above it. */
export interface Protocol {
  /**
   * Received bytes, from `start` up to `end`. The memory is reused after this returns. All bytes of one batch arrived
   * before the first of them was delivered.
   */
  onData(bytes: Buffer, start: number, end: number, batch: number): void
  /** The peer has ended its stream, but may still read. */
  onEnd(): void
  /** The kernel has taken all output that had to wait. */
  onDrain(): void
  /** The time set by `expireAt()` has passed. */
  onExpire(): void
  /** The connection is closed; `error` is null unless an error closed it. Called once, as the last event. */
  onClose(error: Error | null): void
}
