/** The length of an IMF-fixdate, RFC 9110 section 5.6.7. */
export const dateBytes = 29
const secondMs = 1000

/** The value of the Date field, updated once a second. */
export class DateLine {
  readonly bytes: Buffer = Buffer.alloc(dateBytes)
  /** The time in `bytes`, in seconds since 1970. */
  second = -1
  #nextMs = Number.NEGATIVE_INFINITY

  /** @param nowMs of the loop's clock: reading the wall clock at each request would cost more */
  update(nowMs: number): void {
    if (nowMs < this.#nextMs) return
    const wallMs = Date.now()
    this.#nextMs = nowMs + secondMs - (wallMs % secondMs)
    this.second = Math.floor(wallMs / secondMs)
    this.bytes.write(new Date(wallMs).toUTCString(), 'latin1')
  }
}
