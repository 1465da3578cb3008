import type { EventBuffer } from '../../core/index.ts'
import type { ServerResponse } from '../../http/index.ts'
import type { EventLoop } from '../../loop/index.ts'
import { xrayBatchMs, xrayEventsMax, xraysMax, xrayWaitsMax } from '../limits.ts'
import { flagsOf, LoopView } from './loop-view.ts'
import type { XrayCount, XrayEntry, XrayEvent, XraySet, XrayWait } from './xray-events.ts'

/** How often what the clients have sent and got is told, where nothing else changes. */
const countsMs = 500
/** A line that says nothing, so that nobody on the way takes the stream for dead. */
const silentMs = 15_000

interface Reader {
  readonly response: ServerResponse
  readonly address: string
  /** Whether the client takes what is sent: one that does not is sent nothing meanwhile. */
  hasRoom: boolean
  /** Waits that it was not told of. */
  missed: number
  /** The list as it was told last. */
  told: string
  toldMs: number
  sentMs: number
  readonly leave: () => void
}

function eventText(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}

/**
 * Shows a loop's own epoll while it serves: its interest list, and each wait with its events. While nobody reads it, the
 * loop does not know of it. What is not sent in time is counted, not kept.
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

  /** Whether one more is refused. */
  get full(): boolean {
    return this.#readers.size >= xraysMax
  }

  /** The loop to look at: time counts from here. */
  watch(loop: EventLoop): void {
    this.#loop = loop
    this.#startMs = performance.now()
  }

  /** Sends to this response until its client goes or `close()` is called. */
  serve(response: ServerResponse, address: string): Promise<void> {
    return new Promise(resolve => {
      const reader: Reader = {
        response,
        address,
        hasRoom: true,
        missed: 0,
        told: '',
        toldMs: 0,
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
      // The head; the list comes with the next batch, when the loop watches this connection too.
      else response.write('')
    })
  }

  /** Ends all of them. */
  close(): void {
    for (const reader of this.#readers) reader.leave()
  }

  get #nowMs(): number {
    return Math.round((performance.now() - this.#startMs) * 1000) / 1000
  }

  #start(): void {
    const loop = this.#loop
    if (loop === null) throw new Error('there is no loop to look at')
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
    if (parts.length === 0 && nowMs - reader.sentMs >= silentMs) parts.push(':\n\n')
    if (parts.length === 0) return
    reader.sentMs = nowMs
    reader.hasRoom = reader.response.write(parts.join(''))
    if (!reader.hasRoom) void this.#waitForRoom(reader)
  }

  async #waitForRoom(reader: Reader): Promise<void> {
    if (await reader.response.ready()) reader.hasRoom = true
    else reader.leave()
  }

  /** The list, if it is message; what has been sent and got meanwhile is message only now and then. */
  #setText(reader: Reader): string[] {
    const view = this.#view
    if (view === null) return []
    const entries = entriesOf(view, reader.address)
    // The stream's own bytes are no message: telling of them would make more.
    const shape = JSON.stringify(entries.map(({ receivedBytes, sentBytes, ...rest }) => rest))
    const counts = JSON.stringify(entries.filter(({ own }) => !own))
    const told = `${view.left} ${shape} ${counts}`
    if (told === reader.told) return []
    const isNew = !reader.told.startsWith(`${view.left} ${shape} `)
    const atMs = this.#nowMs
    if (!isNew && atMs - reader.toldMs < countsMs) return []
    reader.told = told
    reader.toldMs = atMs
    const set: XraySet = { atMs, pid: process.pid, epoll: view.epoll, entries, left: view.left }
    return [eventText('set', set)]
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
