const againMs = 60_000
/** Different complaints that are remembered; what says more is not worth remembering. */
const rememberedMax = 100

/** Lines on stderr for what a running server goes on after. One that repeats is said once a minute. */
export class Complaints {
  readonly #toldMs = new Map<string, number>()

  readonly tell = (message: string): void => {
    const nowMs = performance.now()
    const toldMs = this.#toldMs.get(message)
    if (toldMs !== undefined && nowMs - toldMs < againMs) return
    if (this.#toldMs.size >= rememberedMax) this.#toldMs.clear()
    this.#toldMs.set(message, nowMs)
    process.stderr.write(`epollet: ${onOneLine(message)}\n`)
  }
}

/** Names of files and rules are not ours: they must not move a terminal's cursor. */
export function onOneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, found => {
    return `\\x${found.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}
