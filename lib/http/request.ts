import type { Peer } from '../net/index.ts'
import { Head } from './head.ts'
import { textOf } from './known-texts.ts'
import { isExactly } from './parser.ts'
import type { Request } from './types.ts'

/** The data of a connection that its requests use. */
export interface Origin {
  readonly peer: Peer
  readonly nowMs: number
}

const nothing = Buffer.alloc(0)
const versionBytes = ' HTTP/1.1'.length
const getName = Buffer.from('GET')
const headName = Buffer.from('HEAD')

/** A view of a request's head and body in the received bytes. */
export class RequestView implements Request {
  readonly head: Head
  body: Buffer = nothing
  receivedCount = 0
  startMs = 0
  #bytes: Buffer = nothing
  #origin: Origin | null = null

  constructor(head: Head) {
    this.head = head
  }

  /** @param bytes the bytes that the head's offsets refer to */
  set(bytes: Buffer, origin: Origin, startMs: number, receivedCount: number): void {
    this.#bytes = bytes
    this.#origin = origin
    this.startMs = startMs
    this.receivedCount = receivedCount
    this.body = nothing
  }

  /** A copy that owns its memory, valid for as long as you keep it. */
  held(): RequestView {
    const { start, end } = this.head
    const view = new RequestView(this.head.moved())
    const bytes = Buffer.from(this.#bytes.subarray(start, end))
    view.set(bytes, this.#origin!, this.startMs, this.receivedCount)
    view.body = this.body
    return view
  }

  get method(): string {
    return this.#text(this.head.start, this.head.methodEnd)
  }

  get isGet(): boolean {
    return isExactly(this.#bytes, this.head.start, this.head.methodEnd, getName)
  }

  get isHead(): boolean {
    return isExactly(this.#bytes, this.head.start, this.head.methodEnd, headName)
  }

  get path(): string {
    const { pathStart, pathEnd } = this.head
    return pathStart === pathEnd ? '/' : this.#text(pathStart, pathEnd)
  }

  get query(): string {
    return this.#text(this.head.pathEnd, this.head.targetEnd)
  }

  get line(): string {
    const { start, methodEnd, targetEnd } = this.head
    return methodEnd === start ? this.target : this.#text(start, targetEnd + versionBytes)
  }

  get target(): string {
    return this.#text(this.head.methodEnd + 1, this.head.targetEnd)
  }

  get host(): string {
    const { authorityStart, pathStart } = this.head
    return authorityStart > 0 ? this.#text(authorityStart, pathStart) : (this.header('host') ?? '')
  }

  get minor(): number {
    return this.head.minor
  }

  get remoteAddress(): string {
    return this.#origin!.peer.remoteAddress
  }

  get remotePort(): number {
    return this.#origin!.peer.remotePort
  }

  get nowMs(): number {
    return this.#origin!.nowMs
  }

  header(name: string): string | undefined {
    return this.head.header(this.#bytes, name)
  }

  hasAny(fields: number): boolean {
    return this.head.hasAny(fields)
  }

  fields(): [name: string, value: string][] {
    return this.head.fields(this.#bytes)
  }

  #text(start: number, end: number): string {
    return textOf(this.#bytes, start, end)
  }
}

/** An unreadable request, for the log: no method, and the start of its first line as the target. */
export function unreadable(line: string, origin: Origin, startMs: number): RequestView {
  const head = new Head()
  const bytes = Buffer.from(` ${line}`, 'latin1')
  head.pathStart = 1
  head.pathEnd = bytes.length
  head.targetEnd = bytes.length
  head.fieldsStart = bytes.length
  head.end = bytes.length
  const view = new RequestView(head)
  view.set(bytes, origin, startMs, 0)
  return view
}

/** The request that this thread is answering; there is only one at a time. */
class Current {
  request: RequestView = new RequestView(new Head())
  /** The connection whose requests are being read. Its handler may also answer requests of other connections. */
  owner: object | null = null
}

/** One per thread. */
export const current: Current = new Current()
