// A client that reads server-sent events on its own connection.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'

export interface ServerSent {
  event: string
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of its events
  data: any
}

export class EventStream {
  readonly #request: ClientRequest
  readonly response: IncomingMessage
  readonly events: ServerSent[] = []
  /** The number of comments received. */
  comments = 0
  #rest = ''
  #message: () => void = () => {}
  ended = false

  private constructor(asked: ClientRequest, response: IncomingMessage) {
    this.#request = asked
    this.response = response
    response.setEncoding('utf8')
    response.on('data', (text: string) => this.#take(text))
    for (const end of ['end', 'close', 'error']) {
      response.on(end, () => {
        this.ended = true
        this.#message()
      })
    }
  }

  static async open(
    port: number,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<EventStream> {
    const asked = request({ host: '127.0.0.1', port, path, headers, agent: false })
    asked.on('error', () => {})
    asked.end()
    const [response] = await once(asked, 'response')
    return new EventStream(asked, response)
  }

  /** The client's port. */
  get port(): number {
    return this.response.socket.localPort!
  }

  /** The first event with this name that matches. Waits for it if it has not arrived yet. */
  async first(
    name: string,
    isIt: (data: ServerSent['data']) => boolean = () => true,
  ): Promise<ServerSent['data']> {
    for (;;) {
      const found = this.events.find(({ event, data }) => event === name && isIt(data))
      if (found !== undefined) return found.data
      if (this.ended) assert.fail(`the stream ended without it: ${JSON.stringify(this.events)}`)
      await new Promise<void>(resolve => {
        this.#message = resolve
      })
    }
  }

  async end(): Promise<void> {
    while (!this.ended) {
      await new Promise<void>(resolve => {
        this.#message = resolve
      })
    }
  }

  pause(): void {
    this.response.pause()
  }

  resume(): void {
    this.response.resume()
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split('\n\n')
    this.#rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const [, event = '', data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? []
      if (block.startsWith(':')) this.comments++
      else this.events.push({ event, data: JSON.parse(data) })
    }
    this.#message()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { socket } = this.response
    this.#request.destroy()
    if (!socket.closed) await once(socket, 'close')
  }
}
