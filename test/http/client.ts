// A client that sends and receives bytes; it parses only enough HTTP to find the end of an answer.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const deadlineMs = 30_000
const endOfHead = '\r\n\r\n'

export interface Answer {
  status: number
  /** The first line and the fields as they were received. */
  head: string
  fields: ReadonlyMap<string, string>
  body: Buffer
}

/** Connects; the connection is closed at the end of the test. */
export async function client(port: number, localAddress?: string): Promise<Client> {
  const from = localAddress === undefined ? {} : { localAddress }
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, ...from })
  await once(socket, 'connect')
  return new Client(socket)
}

/** Sends bytes on a new connection, ends its side, and returns everything that it receives. */
export async function talk(port: number, bytes: string | Uint8Array): Promise<string> {
  await using peer = await client(port)
  peer.socket.end(bytes)
  return (await peer.rest()).toString()
}

/** Replaces the date, which differs between two answers. */
export function undated(text: string): string {
  return text.replace(/^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r$/gm, 'Date: -\r')
}

export class Client {
  readonly socket: Socket
  /**
   * The pieces are joined only when they are read: joining them each time one arrives would be slow for a large answer.
   */
  #pieces: Buffer[] = []
  #bytes = 0
  #ended = false
  #error: Error | null = null
  #wake: () => void = () => {}

  constructor(socket: Socket) {
    this.socket = socket
    socket.setTimeout(deadlineMs, () => socket.destroy(new Error('no bytes were received in time')))
    socket.on('data', data => {
      this.#pieces.push(data)
      this.#bytes += data.length
      this.#wake()
    })
    socket.on('error', error => {
      this.#error = error
    })
    for (const end of ['end', 'close']) {
      socket.on(end, () => {
        this.#ended = true
        this.#wake()
      })
    }
  }

  send(bytes: string | Uint8Array): void {
    this.socket.write(bytes)
  }

  /** Sends a GET and returns its answer. */
  get(target: string, ...fields: string[]): Promise<Answer> {
    this.send([`GET ${target} HTTP/1.1`, 'Host: a', ...fields, '', ''].join('\r\n'))
    return this.answer()
  }

  /** Returns the next answer. An answer to HEAD has no body, whatever its Content-Length. */
  async answer({ toHead = false } = {}): Promise<Answer> {
    await this.#until(() => this.#received.includes(endOfHead))
    const length = this.#received.indexOf(endOfHead) + endOfHead.length
    const head = this.#take(length).toString('latin1')
    const [line = '', ...rows] = head.trimEnd().split('\r\n')
    assert.match(line, /^HTTP\/1\.1 \d{3} /)
    const fields = new Map(
      rows.map(row => [row.slice(0, row.indexOf(':')).toLowerCase(), row.replace(/^[^:]*: /, '')]),
    )
    const status = Number(line.slice(9, 12))
    const bodyBytes = toHead || status === 304 ? 0 : Number(fields.get('content-length'))
    await this.#until(() => this.#bytes >= bodyBytes)
    return { status, head, fields, body: this.#take(bodyBytes) }
  }

  /** Returns everything until the server ends the connection; throws if the connection is reset. */
  async rest(): Promise<Buffer> {
    while (!this.#ended) await this.#wait()
    if (this.#error !== null) throw this.#error
    return this.#take(this.#bytes)
  }

  get #received(): Buffer {
    if (this.#pieces.length > 1) this.#pieces = [Buffer.concat(this.#pieces)]
    return this.#pieces[0] ?? Buffer.alloc(0)
  }

  #take(count: number): Buffer {
    const received = this.#received
    this.#pieces = [received.subarray(count)]
    this.#bytes -= count
    return received.subarray(0, count)
  }

  async #until(enough: () => boolean): Promise<void> {
    while (!enough()) {
      if (this.#error !== null) throw this.#error
      if (this.#ended) assert.fail(`the connection ended after '${this.#received}'`)
      await this.#wait()
    }
  }

  #wait(): Promise<void> {
    return new Promise(resolve => {
      this.#wake = resolve
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.closed) return
    const closed = once(this.socket, 'close')
    this.socket.destroy()
    await closed
  }
}
