export interface ConnectionLimits {
  /** How long output may wait without progress before the connection is reset. */
  readonly writeTimeoutMs: number
  /** Above this much waiting output nothing more is read. */
  readonly outputHighWaterBytes: number
}

/** What a connection tells the protocol above it. */
export interface Protocol {
  /**
   * Bytes have come: from `start` to before `end`, until this returns; the memory is used again. Bytes of one batch had
   * all come before the first of them was handed over.
   */
  onData(bytes: Buffer, start: number, end: number, batch: number): void
  /** The peer will send nothing more; it may still read. */
  onEnd(): void
  /** The kernel has taken all output, after some of it had to wait. */
  onDrain(): void
  /** The time set by `expireAt` is over. */
  onExpire(): void
  /** The connection is closed; the error, if one ended it. Called once, and last. */
  onClose(error: Error | null): void
}
