import { Body } from './body.ts'
import { droppedBodyBytesMax } from './limits.ts'
import { COMPLETE, INCOMPLETE, parseHead } from './parser.ts'
import { firstLine } from './refusal.ts'
import { current, type Origin, type RequestView, unreadable } from './request.ts'
import type { ServerContext } from './types.ts'

/** Reused for each head on any connection. */
const shared = current.request
const { head } = shared
const nothing = Buffer.alloc(0)
const CUT_OFF = -1
/** The client waits for a 100 before it sends its body. */
export const CONTINUE = 100

/** A request whose body is being received. */
interface Incoming {
  readonly request: RequestView
  readonly body: Body
}

interface Owner extends Origin {
  readonly server: ServerContext
}

/** Reads one connection's requests, and puts each complete one into `current`. */
export class RequestReader {
  readonly #owner: Owner
  /** The offset that `read()` has reached. */
  at = 0
  /** Bytes of a request that is incomplete or has to wait for the one before it. */
  #kept: Buffer | null = null
  #incoming: Incoming | null = null
  #startMs = 0
  /** How many bytes of an unwanted body are still to be skipped; CUT_OFF if nothing more is read. */
  #dropLeft = 0
  #isHeadTimed = false

  constructor(owner: Owner) {
    this.#owner = owner
  }

  /** Whether no part of a request has been received. */
  get idle(): boolean {
    return this.#kept === null && this.#incoming === null
  }

  get hasKept(): boolean {
    return this.#kept !== null
  }

  /** Whether a head has been read, but not all of its body. */
  get hasHead(): boolean {
    return this.#incoming !== null
  }

  /** Whether the client may be sending bytes that are never read. */
  get isCutOff(): boolean {
    return this.#dropLeft !== 0
  }

  /** Returns the kept bytes followed by these. */
  take(bytes: Buffer): Buffer {
    const all = this.#kept === null ? bytes : Buffer.concat([this.#kept, bytes])
    this.#kept = null
    return all
  }

  /** Copies bytes for later; returns how many are kept in all. */
  keep(bytes: Buffer): number {
    this.#kept = this.#kept === null ? Buffer.from(bytes) : Buffer.concat([this.#kept, bytes])
    return this.#kept.length
  }

  clear(): void {
    this.#kept = null
    this.#incoming = null
  }

  /** Stops reading after the current request. */
  cutOff(): void {
    this.clear()
    this.#dropLeft = CUT_OFF
  }

  /** Called when the first bytes of a request have arrived. */
  begin(): void {
    this.#startMs = this.#owner.nowMs
  }

  /** Whether the remaining bytes begin a new head. Later bytes of the same head must not extend its deadline. */
  timesHead(isPartial: boolean, start: number, isRunning: boolean): boolean {
    const begins = isPartial && (this.at > start || !this.#isHeadTimed)
    this.#isHeadTimed = isPartial && isRunning
    return begins
  }

  /**
   * Reads on from `at`. COMPLETE: the request is in `current`. INCOMPLETE: more bytes are needed. CONTINUE: the client
   * waits for a 100. Any other verdict is the status to refuse the request with.
   */
  read(bytes: Buffer, end: number, batch: number): number {
    if (this.#dropLeft > 0) this.#drop(end)
    if (this.at === end) return INCOMPLETE
    if (this.#incoming !== null) return this.#readBody(this.#incoming, bytes, end, batch)
    const verdict = parseHead(bytes, this.at, end, head)
    if (verdict !== COMPLETE) return verdict
    shared.set(bytes, this.#owner, this.#startMs, batch)
    current.request = shared
    this.at = head.end
    const { chunked, contentLength, expectsContinue } = head
    if (!chunked && contentLength === 0 && !expectsContinue) return COMPLETE
    return this.#beginBody(bytes, end, batch)
  }

  /** A refused or incomplete request, for the log: its head if that was read, otherwise the start of its first line. */
  remains(bytes: Buffer = this.#kept ?? nothing, at = 0, end: number = bytes.length): RequestView {
    if (this.#incoming !== null) return this.#incoming.request
    return unreadable(firstLine(bytes, at, end), this.#owner, this.#startMs)
  }

  #drop(end: number): void {
    const count = Math.min(this.#dropLeft, end - this.at)
    this.#dropLeft -= count
    this.at += count
  }

  #beginBody(bytes: Buffer, end: number, batch: number): number {
    const { chunked, contentLength, expectsContinue } = head
    const keeps = this.#wantsBody()
    if (!keeps && (!chunked || expectsContinue)) return this.#skipBody()
    const limitBytes = keeps ? this.#owner.server.limits.bodyBytesMax : droppedBodyBytesMax
    const body = new Body(chunked ? null : contentLength, limitBytes, keeps)
    const waits = expectsContinue && this.at === end && body.verdict === INCOMPLETE
    const verdict = this.#readBody({ request: shared, body }, bytes, end, batch)
    if (verdict !== COMPLETE) this.#incoming = { request: shared.held(), body }
    return waits ? CONTINUE : verdict
  }

  #wantsBody(): boolean {
    const { readsBodies, onError } = this.#owner.server
    if (typeof readsBodies === 'boolean') return readsBodies
    try {
      return readsBodies(shared)
    } catch (error) {
      onError(error)
      return false
    }
  }

  /** Skips the body, which must never be taken for the next request. */
  #skipBody(): number {
    const { expectsContinue, contentLength } = head
    if (expectsContinue || contentLength > droppedBodyBytesMax) this.#endAfter(shared)
    else this.#dropLeft = contentLength
    return COMPLETE
  }

  #readBody({ request, body }: Incoming, bytes: Buffer, end: number, batch: number): number {
    this.at = body.feed(bytes, this.at, end)
    const isTooLong = body.verdict === 413 && !body.keeps
    if (body.verdict !== COMPLETE && !isTooLong) return body.verdict
    this.#incoming = null
    current.request = request
    // The body was completed by this batch, so the request belongs to it.
    request.receivedCount = batch
    if (isTooLong) this.#endAfter(request)
    else if (body.keeps) request.body = body.take()
    return COMPLETE
  }

  #endAfter(request: RequestView): void {
    request.head.keepAlive = false
    this.#dropLeft = CUT_OFF
  }
}
