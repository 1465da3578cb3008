import { Body } from './body.ts'
import { desk } from './desk.ts'
import { droppedBodyBytesMax } from './limits.ts'
import { COMPLETE, INCOMPLETE, parseHead } from './parser.ts'
import { firstLine } from './refusal.ts'
import { type Origin, type RequestView, unreadable } from './request.ts'
import type { ServerContext } from './types.ts'

const { request } = desk
const { head } = request
const nothing = Buffer.alloc(0)
const CUT_OFF = -1
/** The client waits for a 100 before it sends its body. */
export const CONTINUE = 100

/** A request whose body is coming. */
interface Incoming {
  readonly request: RequestView
  readonly body: Body
}

interface Owner extends Origin {
  readonly server: ServerContext
}

/** Reads one connection's requests: whole ones onto the desk. */
export class RequestReader {
  readonly #owner: Owner
  /** How far `read()` has read. */
  at = 0
  /** Bytes of a request that is not whole yet, or whose turn has not come. */
  #kept: Buffer | null = null
  #incoming: Incoming | null = null
  #startMs = 0
  /** How much is still to come of a body that nobody wants; CUT_OFF where nothing more is read. */
  #dropLeft = 0
  #isHeadTimed = false

  constructor(owner: Owner) {
    this.#owner = owner
  }

  /** Whether nothing of a request is here. */
  get idle(): boolean {
    return this.#kept === null && this.#incoming === null
  }

  get hasKept(): boolean {
    return this.#kept !== null
  }

  /** Whether a request's head is here, and its body is coming. */
  get hasHead(): boolean {
    return this.#incoming !== null
  }

  /** Whether the client may be sending what is not read to its end. */
  get isCutOff(): boolean {
    return this.#dropLeft !== 0
  }

  /** What was kept, and these bytes behind it. */
  take(bytes: Buffer): Buffer {
    const all = this.#kept === null ? bytes : Buffer.concat([this.#kept, bytes])
    this.#kept = null
    return all
  }

  /** Returns how much is kept then. */
  keep(bytes: Buffer): number {
    this.#kept = this.#kept === null ? Buffer.from(bytes) : Buffer.concat([this.#kept, bytes])
    return this.#kept.length
  }

  clear(): void {
    this.#kept = null
    this.#incoming = null
  }

  /** Nothing behind the present request is read. */
  cutOff(): void {
    this.clear()
    this.#dropLeft = CUT_OFF
  }

  /** Bytes of a new request have come. */
  begin(): void {
    this.#startMs = this.#owner.nowMs
  }

  /** Whether a head begins with the bytes that are left: those that follow do not extend its time. */
  timesHead(isPartial: boolean, start: number, isRunning: boolean): boolean {
    const begins = isPartial && (this.at > start || !this.#isHeadTimed)
    this.#isHeadTimed = isPartial && isRunning
    return begins
  }

  /**
   * Reads on from `at`. COMPLETE: the request is on the desk; INCOMPLETE: more bytes are needed; CONTINUE; any other
   * verdict is the status to refuse the request with.
   */
  read(bytes: Buffer, end: number, batch: number): number {
    if (this.#dropLeft > 0) this.#drop(end)
    if (this.at === end) return INCOMPLETE
    if (this.#incoming !== null) return this.#readBody(this.#incoming, bytes, end, batch)
    const verdict = parseHead(bytes, this.at, end, head)
    if (verdict !== COMPLETE) return verdict
    request.set(bytes, this.#owner, this.#startMs, batch)
    this.at = head.end
    const { chunked, contentLength, expectsContinue } = head
    if (!chunked && contentLength === 0 && !expectsContinue) return COMPLETE
    return this.#beginBody(bytes, end, batch)
  }

  /** A request that is refused or cut off, for the log: its head if that was read, else the start of its line. */
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
    const verdict = this.#readBody({ request, body }, bytes, end, batch)
    if (verdict !== COMPLETE) this.#incoming = { request: request.held(), body }
    return waits ? CONTINUE : verdict
  }

  #wantsBody(): boolean {
    const { readsBodies } = this.#owner.server
    if (typeof readsBodies === 'boolean') return readsBodies
    try {
      return readsBodies(request)
    } catch (error) {
      this.#owner.server.onError(error)
      return false
    }
  }

  /** It is never taken for the next request. */
  #skipBody(): number {
    const { expectsContinue, contentLength } = head
    if (expectsContinue || contentLength > droppedBodyBytesMax) this.#endAfterAnswer()
    else this.#dropLeft = contentLength
    return COMPLETE
  }

  #readBody(incoming: Incoming, bytes: Buffer, end: number, batch: number): number {
    const { body } = incoming
    this.at = body.feed(bytes, this.at, end)
    const isTooLong = body.verdict === 413 && !body.keeps
    if (body.verdict !== COMPLETE && !isTooLong) return body.verdict
    this.#incoming = null
    if (incoming.request !== request) request.restore(incoming.request)
    // The request's end has come only now.
    request.receivedCount = batch
    if (isTooLong) this.#endAfterAnswer()
    else if (body.keeps) request.body = body.take()
    return COMPLETE
  }

  #endAfterAnswer(): void {
    head.keepAlive = false
    this.#dropLeft = CUT_OFF
  }
}
