import { Socket } from '../core/index.ts'
import { EventLoop } from '../loop/index.ts'
import { ChangedError, Connections, Listener, Peer } from '../net/index.ts'
import {
  type Address,
  AF_INET,
  AF_INET6,
  apart,
  bool,
  ClosedError,
  callback,
  IPPROTO_TCP,
  integer,
  optionsOf,
  SO_REUSEADDR,
  SOL_SOCKET,
  SystemError,
  TCP_DEFER_ACCEPT,
  TCP_NODELAY,
  typeError,
} from '../sys/index.ts'
import { AddressCounts } from './address-counts.ts'
import { DateLine } from './date-line.ts'
import { type Drop, type DropCounts, Drops, isByPeer } from './drops.ts'
import { Exchange } from './exchange.ts'
import { deferAcceptS, idleLooksMax } from './limits.ts'
import { refusalBodyBytes, refusalStatus, refuseBusy } from './refusal.ts'
import { unreadable } from './request.ts'
import { limitNames, type ServerLimits, serverLimits } from './server-limits.ts'
import { errorOf, warnOf } from './thrown.ts'
import type { BodyChoice, RequestHandler, RequestLog, ServerContext } from './types.ts'

export interface ServerOptions extends Partial<ServerLimits> {
  /** Called once for each answer. */
  log?: RequestLog
  /**
   * Called for what went wrong and ended no more than one request: by default a warning is emitted. What it throws is
   * an `uncaughtException`, and ends no request.
   */
  onError?: (error: Error) => void
  /**
   * Called for each client that was refused at a limit, ran into a deadline, or left before its request or its answer
   * was whole; {@link HttpServer.drops} counts them. What it throws goes to `onError`.
   */
  onDrop?: (drop: Drop) => void
  /**
   * Whether a request's body is read before the handler is called, or for which requests it is: a function is asked
   * when a head is whole. Else it is dropped.
   */
  readsBodies?: boolean | BodyChoice
}

const optionNames = ['log', 'onDrop', 'onError', 'readsBodies', ...limitNames] as const

/**
 * An HTTP/1.1 server on a loop of its own on Node's: strict (RFC 9112), edge-triggered, in one thread.
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
  /** Null where all connections may be of one address: then nobody counts. */
  readonly #addresses: AddressCounts | null
  #listener: Listener | null = null
  #drained: Promise<void> | null = null
  #onDrained: (() => void) | null = null

  /** @param handler answers each request before it returns; what it throws is answered with 500 */
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
      log: log === undefined ? null : callback('options.log', log),
      drops: new Drops(drop => attempt(() => onDrop(drop), report)),
      onError: report,
      onClosed: (exchange: object, error: Error | null) => {
        this.#forget(exchange as Exchange)
        // Of all that ends a connection these alone are ours.
        const isOurs = error instanceof SystemError && !isByPeer(error)
        if (isOurs || error instanceof ChangedError) report(error)
      },
    }
    const { connectionsMax, connectionsPerAddressMax } = context.limits
    this.#addresses =
      connectionsPerAddressMax < connectionsMax ? new AddressCounts(connectionsPerAddressMax) : null
    // Last: a mistake among the options leaves nothing open.
    this.#loop = new EventLoop()
    this.#exchanges = new Connections<Exchange>(this.#loop)
    this.#context = { loop: this.#loop, ...context }
  }

  /** The loop that it runs on: for those who look on, as {@link EventLoop.observer}. */
  get loop(): EventLoop {
    return this.#loop
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#exchanges.count
  }

  /** How many clients did not get what they came for, since the server was made. */
  get drops(): DropCounts {
    return this.#context.drops.counts
  }

  /**
   * Listens, and returns the address: after port 0 with the real port. Throws {@link SystemError} (EADDRINUSE, EACCES,
   * EADDRNOTAVAIL), TypeError or RangeError for what is no address, {@link ClosedError} after `close()`.
   *
   * @param address an IP literal, 127.0.0.1 when left out, and a port
   */
  listen(address: { host?: string; port: number }): { host: string; port: number } {
    const { host, port } = addressOf(address)
    if (this.#loop.closed) throw new ClosedError('HttpServer')
    if (this.#drained !== null) throw new Error('the server is draining: make another one')
    if (this.#listener !== null) throw new Error('the server is listening already')
    const socket = new Socket({ domain: host.includes(':') ? AF_INET6 : AF_INET })
    try {
      socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
      // Accepted sockets inherit it.
      socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
      // A client that says nothing costs the kernel a few bytes, and us no turn.
      socket.setsockopt(IPPROTO_TCP, TCP_DEFER_ACCEPT, deferAcceptS)
      socket.bind({ host, port })
      socket.listen()
      this.#listener = new Listener(this.#loop, socket, {
        onConnection: (fd, peer) => this.#accept(fd, peer),
        onAcceptError: this.#context.onError,
        makeRoom: () => this.#sendIdleAway(),
      })
    } catch (error) {
      socket.close()
      throw error
    }
    return socket.getsockname() as Address & { host: string; port: number }
  }

  /**
   * Accepts nothing more, closes idle connections now and the others after their answer; the promise is kept when all
   * are closed: a handler that never answers keeps it open until `close()`. A second call gives the same promise.
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

  /** Closes everything now. A second call does nothing. */
  close(): void {
    this.#listener?.close()
    for (const exchange of this.#exchanges) exchange.close()
    this.#loop.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #accept(fd: number, peer: Uint8Array): void {
    if (this.#exchanges.count >= this.#context.limits.connectionsMax && !this.#sendIdleAway())
      return this.#refuse(fd, peer)
    const exchange = new Exchange(this.#context, fd, peer)
    if (this.#addresses?.take(peer, exchange) === false) return this.#refuse(fd, peer)
    this.#exchanges.add(exchange)
    exchange.start()
  }

  /** One that waits between two requests loses nothing but its place; the others are not looked at again at once. */
  #sendIdleAway(): boolean {
    for (const exchange of this.#exchanges.oldest(idleLooksMax)) {
      if (exchange.idle) {
        exchange.close()
        return true
      }
      this.#exchanges.moveToEnd(exchange)
    }
    return false
  }

  #refuse(fd: number, address: Uint8Array): void {
    const { date, drops, log, onError } = this.#context
    const { nowMs } = this.#loop
    date.update(nowMs)
    const peer = new Peer(address)
    const line = refuseBusy(fd, date)
    drops.add('refused', peer)
    if (log === null || !drops.mayLog(nowMs)) return
    const request = unreadable(line, { peer, nowMs }, nowMs)
    attempt(() => log(request, refusalStatus, refusalBodyBytes), onError)
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

function addressOf(address: { host?: string; port: number }): { host: string; port: number } {
  const { host = '127.0.0.1', port } = optionsOf(address, ['host', 'port'], 'address')
  if (typeof host !== 'string' || host === '')
    throw typeError('address.host', 'an IP address', host)
  return { host, port: integer('address.port', port, 0, 65535) }
}

function attempt(call: () => void, report: (thrown: unknown) => void): void {
  try {
    call()
  } catch (thrown) {
    report(thrown)
  }
}
