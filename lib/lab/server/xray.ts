import type { EventBuffer } from '../../core/index.ts'
import type { ServerResponse } from '../../http/index.ts'
import type { EventLoop } from '../../loop/index.ts'
import { xrayBatchMs, xrayEventsMax, xraysMax, xrayWaitsMax } from '../limits.ts'
import { flagsOf } from '../machine/bits.ts'
import { LoopView } from './loop-view.ts'
import type { XrayCount, XrayEntry, XrayEvent, XraySet, XrayWait } from './xray-events.ts'

/** The shortest interval between two `set` events that differ only in byte counts. */
const countsMs = 500
/** After this time without an event, a comment is sent so that proxies keep the connection open. */
const keepAliveMs = 15_000

interface Reader {
  readonly response: ServerResponse
  readonly address: string
  /** False while the response buffer is full. Nothing is sent then. */
  hasRoom: boolean
  /** The number of waits that were not sent. */
  missed: number
  /** The last `set` that was sent, and the time. */
  sentSet: string
  sentSetMs: number
  sentMs: number
  readonly leave: () => void
}

function eventText(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}

/**
 * Streams the interest list and the waits of a running event loop. The loop is only observed while there is a reader.
 * Waits that cannot be sent in time are counted, not queued.
 */
export class Xray {
  readonly #readers = new Set<Reader>()
  #loop: EventLoop | null = null
  #view: LoopView | null = null
  #timer: NodeJS.Timeout | null = null
  #startMs = 0
  #readMs = 0
  #waits: XrayWait[] = []
  #waitCount = 0
  #emptyCount = 0

  /** Whether a further reader would be refused. */
  get full(): boolean {
    return this.#readers.size >= xraysMax
  }

  /** Sets the loop to observe. `atMs` counts from now on. */
  watch(loop: EventLoop): void {
    this.#loop = loop
    this.#startMs = performance.now()
  }

  /** Streams to a response until the client disconnects or `close()` is called. */
  serve(response: ServerResponse, address: string): Promise<void> {
    return new Promise(resolve => {
      const reader: Reader = {
        response,
        address,
        hasRoom: true,
        missed: 0,
        sentSet: '',
        sentSetMs: 0,
        sentMs: 0,
        leave: () => {
          if (!this.#readers.delete(reader)) return
          if (this.#readers.size === 0) this.#stop()
          response.end()
          resolve()
        },
      }
      if (this.#readers.size === 0) this.#start()
      this.#readers.add(reader)
      response.signal.addEventListener('abort', reader.leave)
      if (response.signal.aborted) reader.leave()
      // Sends the head. The list follows in the next batch, and by then includes this connection.
      else response.write('')
    })
  }

  /** Ends all streams. */
  close(): void {
    for (const reader of this.#readers) reader.leave()
  }

  get #nowMs(): number {
    return Math.round((performance.now() - this.#startMs) * 1000) / 1000
  }

  #start(): void {
    const loop = this.#loop
    if (loop === null) throw new Error('call watch() before serve()')
    this.#view = new LoopView(loop)
    this.#read()
    loop.observer = this.#onWait
    this.#timer = setInterval(this.#tick, xrayBatchMs)
  }

  #stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    if (this.#loop !== null) this.#loop.observer = null
    this.#timer = null
    this.#view = null
    this.#forget()
  }

  #read(): void {
    this.#readMs = this.#nowMs
    this.#view?.read(this.#readMs)
  }

  readonly #onWait = (events: EventBuffer, count: number): void => {
    this.#waitCount++
    if (count === 0) this.#emptyCount++
    else if (this.#waits.length < xrayWaitsMax) this.#waits.push(this.#waitOf(events, count))
  }

  #waitOf(events: EventBuffer, result: number): XrayWait {
    const atMs = this.#nowMs
    const shown = Math.min(result, xrayEventsMax)
    const list: XrayEvent[] = []
    for (let i = 0; i < shown; i++) {
      const { fd, address, kind } = this.#view?.find(events.data(i), atMs) ?? unseen
      list.push({ fd, address, kind, mask: flagsOf(events.mask(i)), own: false })
    }
    return { atMs, result, events: list, left: result - shown }
  }

  readonly #tick = (): void => {
    if (this.#waitCount > 0 || this.#nowMs - this.#readMs >= countsMs) this.#read()
    const count = this.#count()
    for (const reader of this.#readers) {
      if (reader.hasRoom) this.#send(reader, count)
      else reader.missed += this.#waitCount - this.#emptyCount
    }
    this.#forget()
  }

  #count(): XrayCount {
    const left = this.#waitCount - this.#emptyCount - this.#waits.length
    return { atMs: this.#nowMs, waits: this.#waitCount, empty: this.#emptyCount, left }
  }

  #forget(): void {
    this.#waits = []
    this.#waitCount = 0
    this.#emptyCount = 0
  }

  #send(reader: Reader, count: XrayCount): void {
    const parts = this.#setText(reader)
    for (const wait of this.#waits) parts.push(eventText('wait', ownedBy(reader.address, wait)))
    if (count.waits > 0 || reader.missed > 0) {
      parts.push(eventText('count', { ...count, left: count.left + reader.missed }))
    }
    reader.missed = 0
    const nowMs = this.#nowMs
    if (parts.length === 0 && nowMs - reader.sentMs >= keepAliveMs) parts.push(':\n\n')
    if (parts.length === 0) return
    reader.sentMs = nowMs
    reader.hasRoom = reader.response.write(parts.join(''))
    if (!reader.hasRoom) void this.#waitForRoom(reader)
  }

  async #waitForRoom(reader: Reader): Promise<void> {
    if (await reader.response.ready()) reader.hasRoom = true
    else reader.leave()
  }

  /** The `set` event if the list changed; if only byte counts changed, at most every `countsMs`. */
  #setText(reader: Reader): string[] {
    const view = this.#view
    if (view === null) return []
    const entries = entriesOf(view, reader.address)
    // Leave out this stream's own byte counts, because sending them would change them again.
    const shape = JSON.stringify(entries.map(({ receivedBytes, sentBytes, ...rest }) => rest))
    const counts = JSON.stringify(entries.filter(({ own }) => !own))
    const set = `${view.left} ${shape} ${counts}`
    if (set === reader.sentSet) return []
    const isNew = !reader.sentSet.startsWith(`${view.left} ${shape} `)
    const atMs = this.#nowMs
    if (!isNew && atMs - reader.sentSetMs < countsMs) return []
    reader.sentSet = set
    reader.sentSetMs = atMs
    const data: XraySet = { atMs, pid: process.pid, epoll: view.epoll, entries, left: view.left }
    return [eventText('set', data)]
  }
}

const unseen: { [K in 'fd' | 'address' | 'kind']: null } = { fd: null, address: null, kind: null }

function ownedBy(address: string, wait: XrayWait): XrayWait {
  const events = wait.events.map(event => ({ ...event, own: event.address === address }))
  return { ...wait, events }
}

function entriesOf(view: LoopView, address: string): XrayEntry[] {
  return view.lines.map(line => ({
    ...line,
    data: line.data.toString(16),
    own: line.address === address,
  }))
}
