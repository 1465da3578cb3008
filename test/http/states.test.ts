// Checks each cell of the table of request states in ARCHITECTURE.md.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DateLine } from '../../lib/http/date-line.ts'
import { Drops } from '../../lib/http/drops.ts'
import { Exchange } from '../../lib/http/exchange.ts'
import { serverLimits } from '../../lib/http/limits.ts'
import type { Responder, ServerContext } from '../../lib/http/types.ts'
import { EPOLLIN, EPOLLOUT, EPOLLRDHUP, Socket } from '../../lib/index.ts'
import { EventLoop } from '../../lib/loop/index.ts'
import { addressBytes } from '../../lib/sys/index.ts'
import { delivered } from '../loop/turns.ts'
import { cellsOf } from '../support/tables.ts'

type Name = 'READING' | 'ASKED' | 'LATE' | 'SENDING' | 'ANSWERED'
/** The states, indexed by their numbers. */
const names: readonly Name[] = ['READING', 'ASKED', 'LATE', 'SENDING', 'ANSWERED']
const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
/** Larger than a socket's buffer. */
const large = 'x'.repeat(1_000_000)

/** An exchange on a real socket; each step sets its handler. */
class Stand {
  readonly exchange: Exchange
  readonly peer: Socket
  readonly loop: EventLoop
  /** The exchange, or the responder that `later()` has returned. */
  responder: Responder
  /** The state after the event, or `error` if the event was refused. */
  found = ''
  #handler: (responder: Responder) => void = () => {}

  constructor(loop: EventLoop) {
    const [near, far] = Socket.pair()
    const server: ServerContext = {
      loop,
      limits: serverLimits({}),
      date: new DateLine(),
      respond: (_, responder) => this.#handler(responder),
      readsBodies: false,
      log: null,
      drops: new Drops(() => {}),
      onError: thrown => {
        throw thrown
      },
      onClosed: () => {},
    }
    this.loop = loop
    this.peer = far
    this.exchange = new Exchange(server, near.detach(), new Uint8Array(addressBytes))
    this.responder = this.exchange
    this.exchange.start()
  }

  get state(): Name {
    return names[this.exchange.state]!
  }

  /** Sends a request; it has been read and handled when this returns. */
  request(handler: (responder: Responder) => void): void {
    this.#handler = handler
    this.peer.send(get)
    this.exchange.connection.onEvents(EPOLLIN | EPOLLRDHUP)
  }

  later(): void {
    this.request(responder => {
      this.responder = responder.later()
    })
  }

  try(call: () => void): void {
    try {
      call()
      if (this.found === '') this.found = this.state
    } catch {
      this.found = 'error'
    }
  }

  [Symbol.dispose](): void {
    this.exchange.connection.close()
    this.peer.close()
  }
}

/** Calls a function from the handler of another connection. */
function elsewhere({ loop }: Stand, call: () => void): void {
  using other = new Stand(loop)
  other.request(responder => {
    responder.text(200, '')
    call()
  })
}

/** For each state, a function that reaches it and then calls `act`. */
const reach: Record<Name, (stand: Stand, act: () => void) => void> = {
  READING: (_, act) => act(),
  ASKED: (stand, act) =>
    stand.request(responder => {
      act()
      if (stand.state === 'ASKED') responder.text(200, '')
    }),
  LATE: (stand, act) => {
    stand.later()
    act()
  },
  SENDING: (stand, act) => {
    stand.request(responder => responder.text(200, large))
    act()
  },
  ANSWERED: (stand, act) => {
    stand.later()
    elsewhere(stand, () => {
      stand.responder.text(200, '')
      act()
    })
  },
}

const events: Record<string, (stand: Stand) => void> = {
  'a request arrives': stand =>
    stand.request(responder => {
      stand.found = stand.state
      responder.text(200, '')
    }),
  'send()': ({ responder }) => responder.text(200, ''),
  'send() of more than fits': ({ responder }) => responder.text(200, large),
  'later()': ({ responder }) => responder.later(),
  "send() in another connection's handler": stand => {
    const send = (): void => stand.try(() => stand.responder.text(200, ''))
    if (stand.state === 'ANSWERED') send()
    else elsewhere(stand, send)
  },
  'the output has left': ({ peer, exchange: { connection } }) => {
    for (let i = 0; connection.draining; i++) {
      assert.ok(i < 100)
      while ((peer.recv(1_000_000)?.length ?? 0) > 0);
      connection.onEvents(EPOLLOUT)
    }
  },
  'the turn ends': () => {},
}

const cells = cellsOf('request')

test('the table in ARCHITECTURE.md has all states and events', () => {
  assert.deepEqual([...new Set(cells.map(([row]) => row))], names)
  assert.deepEqual([...new Set(cells.map(([, column]) => column))], Object.keys(events))
})

for (const [row, column, cell] of cells.filter(([, , cell]) => cell !== '-')) {
  test(`request: ${row}, ${column}: ${cell}`, async () => {
    using loop = new EventLoop()
    using stand = new Stand(loop)
    reach[row as Name](stand, () => {
      assert.equal(stand.state, row)
      stand.try(() => events[column]!(stand))
    })
    if (column === 'the turn ends') {
      await delivered(loop)
      stand.found = stand.state
    }
    assert.equal(stand.found, cell)
  })
}
