import { Acceptor, EventLoop } from '../loop/index.ts'
import { ChangedError, Connections, Peer } from '../net/index.ts'
import {
  type Address,
  apart,
  bool,
  ClosedError,
  callback,
  optionsOf,
  SystemError,
} from '../sys/index.ts'
import { AddressCounts } from './address-counts.ts'
import { DateLine } from './date-line.ts'
import { type Drop, type DropCounts, Drops, isByPeer } from './drops.ts'
import { Exchange } from './exchange.ts'
import { idleLooksMax, limitNames, type ServerLimits, serverLimits } from './limits.ts'
import {
  type ListenAddress,
  listeningSocket,
  type TcpAddress,
  type UnixAddress,
} from './listening-socket.ts'
import { busyBodyBytes, busyStatus, refuseBusy } from './refusal.ts'
import { unreadable } from './request.ts'
import { errorOf, warnOf } from './thrown.ts'
import type { BodyChoice, RequestHandler, RequestLog, ServerContext } from './types.ts'

/** Options of an HTTP server: its limits and functions that it calls. All are optional. */
export interface ServerOptions extends Partial<ServerLimits> {
  /** Called once for each answer, for an access log. Default: none. */
  log?: RequestLog
  /**
   * Called for each error that the server survives, such as one thrown by a handler. By default the error is emitted as
   * a process warning. If this function throws, that causes an `uncaughtException`, but does not affect any request.
   */
  onError?: (error: Error) => void
  /**
   * Called for each client that was refused at a limit, missed a deadline, or left before its request or its answer was
   * complete; {@link HttpServer.drops} counts them. Errors that it throws are passed to `onError`. Default: does
   * nothing.
   */
  onDrop?: (drop: Drop) => void
  /**
   * Whether a request's body is read before the handler is called. A function decides this for each request, after its
   * head. Bodies that are not read are skipped. Default: false; {@link createServer} always reads them.
   */
  readsBodies?: boolean | BodyChoice
}

const optionNames = ['log', 'onDrop', 'onError', 'readsBodies', ...limitNames] as const

/**
 * A single-threaded HTTP/1.1 server, with its own event loop that runs inside Node's. It follows RFC 9112 strictly.
 *
 * @example
 * ```ts
 * import { HttpServer } from 'epollet/http'
 * import assert from 'node:assert/strict'
 *
 * const server = new HttpServer((request, responder) => {
 *   responder.text(200, `you asked for ${request.path}\n`)
 * })
 * const { port } = server.listen({ port: 0 })
 * const response = await fetch(`http://127.0.0.1:${port}/hello`, { headers: { connection: 'close' } })
 * assert.equal(await response.text(), 'you asked for /hello\n')
 * server.close()
 * ```
 */
export class HttpServer {
  readonly #loop: EventLoop
  readonly #exchanges: Connections<Exchange>
  readonly #context: ServerContext
  /** Null if one address may have all connections; then they are not counted by address. */
  readonly #addresses: AddressCounts | null
  #listener: Acceptor | null = null
  #drained: Promise<void> | null = null
  #onDrained: (() => void) | null = null

  /** @throws TypeError, RangeError for an invalid handler or option */
  constructor(handler: RequestHandler, options?: ServerOptions) {
    callback('handler', handler)
    const {
      log,
      onError = warnOf,
      onDrop = () => {},
      readsBodies = false,
      ...limits
    } = optionsOf(options, optionNames)
    callback('options.onError', onError)
    callback('options.onDrop', onDrop)
    const report = (thrown: unknown): void => apart(() => onError(errorOf(thrown)))
    const context = {
      limits: serverLimits(limits),
      date: new DateLine(),
      respond: handler,
      readsBodies:
        typeof readsBodies === 'function' ? readsBodies : bool('options.readsBodies', readsBodies),
      log: log === undefined ? null : guarded(callback('options.log', log), report),
      drops: new Drops(guarded(onDrop, report)),
      onError: report,
      onClosed: (exchange: object, error: Error | null) => {
        this.#forget(exchange as Exchange)
        // All other errors are caused by the client.
        const isOurs = error instanceof SystemError && !isByPeer(error)
        if (isOurs || error instanceof ChangedError) report(error)
      },
    }
    const { connectionsMax, connectionsPerAddressMax } = context.limits
    this.#addresses =
      connectionsPerAddressMax < connectionsMax ? new AddressCounts(connectionsPerAddressMax) : null
    // Created after the checks, so that an invalid option leaves nothing open.
    this.#loop = new EventLoop()
    this.#exchanges = new Connections<Exchange>(this.#loop)
    this.#context = { loop: this.#loop, ...context }
  }

  /** The server's event loop, for example to set an {@link EventLoop.observer}. */
  get loop(): EventLoop {
    return this.#loop
  }

  /** The number of open connections. */
  get connections(): number {
    return this.#exchanges.count
  }

  /** How many clients were dropped since the server was created, by reason. */
  get drops(): DropCounts {
    return this.#context.drops.counts
  }

  /**
   * Listens and returns the address, with the port that the kernel chose for port 0. Several processes can share a port
   * with `reusePort`, or with one descriptor that each gets as `{ fd }`. Throws {@link SystemError} (EADDRINUSE, EACCES,
   * EADDRNOTAVAIL, ENOTSOCK), TypeError or RangeError for an invalid address, {@link ClosedError} after `close()`, and
   * Error when already listening or draining.
   *
   * @param address an IP address, 127.0.0.1 by default, and a port; a unix socket's path; or a listening descriptor
   */
  listen(address: TcpAddress): { host: string; port: number }
  listen(address: UnixAddress): { path: string }
  listen(address: ListenAddress): Address
  listen(address: ListenAddress): Address {
    if (this.#loop.closed) throw new ClosedError('HttpServer')
    if (this.#drained !== null) throw new Error('the server is draining: make another one')
    if (this.#listener !== null) throw new Error('the server is listening already')
    const socket = listeningSocket(address)
    this.#listener = new Acceptor(this.#loop, socket, {
      onConnection: (fd, peer) => this.#accept(fd, peer),
      onAcceptError: this.#context.onError,
      makeRoom: () => this.#closeIdle(),
    })
    return socket.getsockname()
  }

  /**
   * Stops accepting connections, closes idle ones immediately and the others after their current answer. The promise
   * resolves when all are closed; a handler that never answers delays that until `close()`. A second call returns the
   * same promise.
   */
  drain(): Promise<void> {
    this.#drained ??= new Promise<void>(resolve => {
      this.#onDrained = resolve
      this.#listener?.close()
      for (const exchange of this.#exchanges) exchange.drain()
      this.#whenDrained()
    })
    return this.#drained
  }

  /** Closes everything immediately. A second call does nothing. */
  close(): void {
    this.#listener?.close()
    for (const { connection } of this.#exchanges) connection.close()
    this.#loop.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #accept(fd: number, peer: Uint8Array): void {
    if (this.#exchanges.count >= this.#context.limits.connectionsMax && !this.#closeIdle())
      return this.#refuse(fd, peer)
    const exchange = new Exchange(this.#context, fd, peer)
    if (this.#addresses?.take(peer, exchange) === false) return this.#refuse(fd, peer)
    this.#exchanges.add(exchange)
    exchange.start()
  }

  /** Closes the oldest idle connection. Busy ones move to the end, so the next call doesn't examine them again. */
  #closeIdle(): boolean {
    for (const exchange of this.#exchanges.oldest(idleLooksMax)) {
      if (exchange.idle) {
        exchange.connection.close()
        return true
      }
      this.#exchanges.moveToEnd(exchange)
    }
    return false
  }

  #refuse(fd: number, address: Uint8Array): void {
    const { date, drops, log } = this.#context
    const { nowMs } = this.#loop
    date.update(nowMs)
    const peer = new Peer(address)
    const line = refuseBusy(fd, date)
    drops.add('refused', peer)
    if (log === null || !drops.mayLog(nowMs)) return
    const request = unreadable(line, { peer, nowMs }, nowMs)
    log(request, busyStatus, busyBodyBytes)
  }

  #forget(exchange: Exchange): void {
    this.#exchanges.delete(exchange)
    this.#addresses?.release(exchange)
    this.#whenDrained()
  }

  #whenDrained(): void {
    if (this.#exchanges.count > 0) return
    this.#onDrained?.()
    this.#onDrained = null
  }
}

/** Wraps a function of the program: errors are reported instead of thrown. */
function guarded<A extends unknown[]>(
  call: (...args: A) => void,
  report: (thrown: unknown) => void,
): (...args: A) => void {
  return (...args) => {
    try {
      call(...args)
    } catch (thrown) {
      report(thrown)
    }
  }
}
