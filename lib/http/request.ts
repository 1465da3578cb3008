import type { Peer } from '../net/index.ts'
import { Head } from './head.ts'
import { textOf } from './known-texts.ts'
import { isExactly } from './parser.ts'
import type { Request } from './types.ts'

/** What a request knows of its connection. */
export interface Origin {
  readonly peer: Peer
  readonly nowMs: number
}

const nothing = Buffer.alloc(0)
/** ` HTTP/1.1` */
const versionBytes = 9
const getName = Buffer.from('GET')
const headName = Buffer.from('HEAD')

/** A request's head and body, in the memory that they came in. */
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

  /** The head's places are meant in these bytes. */
  set(bytes: Buffer, origin: Origin, startMs: number, receivedCount: number): void {
    this.#bytes = bytes
    this.#origin = origin
    this.startMs = startMs
    this.receivedCount = receivedCount
    this.body = nothing
  }

  /** The same request in memory of its own, for as long as it is wanted. */
  held(): RequestView {
    const { start, end } = this.head
    const view = new RequestView(this.head.moved())
    view.#bytes = Buffer.from(this.#bytes.subarray(start, end))
    view.#origin = this.#origin
    view.startMs = this.startMs
    view.receivedCount = this.receivedCount
    view.body = this.body
    return view
  }

  /** Takes a held request's place again, its body apart. */
  restore(view: RequestView): void {
    this.head.copyFrom(view.head, 0)
    this.set(view.#bytes, view.#origin!, view.startMs, view.receivedCount)
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
    return this.#origin?.peer.remoteAddress ?? ''
  }

  get nowMs(): number {
    return this.#origin?.nowMs ?? 0
  }

  get remotePort(): number {
    return this.#origin?.peer.remotePort ?? 0
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

/** What could not be read, for the log: no method, and the start of the line in the target's place. */
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
