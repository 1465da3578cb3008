import { type ReadonlySignal, signal } from '@preact/signals'
import type { XrayCount, XraySet, XrayWait } from '../../server/xray-events.ts'
import { findEdition, messageOf } from '../asking/edition.ts'
import { Trouble } from '../asking/trouble.ts'
import { eventsOf } from './events.ts'

const waitsMax = 200

/** The waits and the interest list of the server's own epoll, streamed while the page is shown. */
export class Xray {
  readonly #set = signal<XraySet | null>(null)
  readonly set: ReadonlySignal<XraySet | null> = this.#set
  readonly #waits = signal<readonly XrayWait[]>([])
  /** The last waits, newest first. */
  readonly waits: ReadonlySignal<readonly XrayWait[]> = this.#waits
  readonly #total = signal<{ waits: number; empty: number }>({ waits: 0, empty: 0 })
  readonly total: ReadonlySignal<{ readonly waits: number; readonly empty: number }> = this.#total
  readonly #state = signal<'connecting' | 'open' | 'paused'>('paused')
  readonly state: ReadonlySignal<'connecting' | 'open' | 'paused'> = this.#state
  readonly #trouble = signal<Trouble | null>(null)
  readonly trouble: ReadonlySignal<Trouble | null> = this.#trouble
  #running: AbortController | null = null
  /** The offset from the server's clock to this page's. */
  #clockMs: number | null = null

  /** The current time of the server's clock; null before the first event. */
  nowMs(): number | null {
    return this.#clockMs === null ? null : performance.now() - this.#clockMs
  }

  async open(): Promise<void> {
    this.pause()
    const running = new AbortController()
    this.#running = running
    this.#state.value = 'connecting'
    this.#trouble.value = null
    try {
      await this.#follow(running.signal)
      if (this.#running === running) throw new Trouble('gone')
    } catch (error) {
      if (this.#running !== running || running.signal.aborted) return
      this.#state.value = 'paused'
      this.#trouble.value = error instanceof Trouble ? error : new Trouble('gone')
    }
  }

  async #follow(aborted: AbortSignal): Promise<void> {
    const edition = await findEdition()
    if (edition.edition === 'recorded') throw new Trouble('recorded')
    const headers = { 'X-Epollet-Token': edition.token }
    const response = await fetch('api/xray', { headers, signal: aborted })
    if (!response.ok || response.body === null) {
      const kind = response.status === 403 ? 'refused' : response.status === 503 ? 'busy' : 'other'
      throw new Trouble(kind, await messageOf(response))
    }
    this.#state.value = 'open'
    for await (const { name, data } of eventsOf(response.body)) this.#take(name, JSON.parse(data))
  }

  #take(name: string, data: XraySet | XrayWait | XrayCount): void {
    const clockMs = performance.now() - data.atMs
    // The event with the shortest delay gives the most accurate offset.
    this.#clockMs = Math.min(this.#clockMs ?? clockMs, clockMs)
    if (name === 'set') this.#set.value = data as XraySet
    else if (name === 'wait')
      this.#waits.value = [data as XrayWait, ...this.#waits.value.slice(0, waitsMax - 1)]
    else if (name === 'count') {
      const { waits, empty } = data as XrayCount
      const total = this.#total.value
      this.#total.value = { waits: total.waits + waits, empty: total.empty + empty }
    }
  }

  pause(): void {
    this.#running?.abort()
    this.#running = null
    this.#state.value = 'paused'
  }
}
