/** IMF-fixdate, RFC 9110 section 5.6.7: always 29 bytes. */
export const dateBytes = 29
const secondMs = 1000

/** The Date field's value, made once a second. */
export class DateLine {
  readonly bytes: Buffer = Buffer.alloc(dateBytes)
  /** The second of which it is; answers keep it to know whether theirs is old. */
  second = -1
  #nextMs = Number.NEGATIVE_INFINITY

  /** @param nowMs of the monotonic clock: asking for the wall's at each request would cost more */
  update(nowMs: number): void {
    if (nowMs < this.#nextMs) return
    const wallMs = Date.now()
    this.#nextMs = nowMs + secondMs - (wallMs % secondMs)
    this.second = Math.floor(wallMs / secondMs)
    this.bytes.write(new Date(wallMs).toUTCString(), 'latin1')
  }
}
