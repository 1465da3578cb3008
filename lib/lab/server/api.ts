import { release } from 'node:os'
import type { ServerHandler, ServerRequest, ServerResponse } from '../../http/index.ts'
import { hostPort, ownCommand } from '../../sys/index.ts'
import { LabError } from '../errors.ts'
import { xraysMax } from '../limits.ts'
import type { RunRecord } from '../record.ts'
import type { RunOptions } from '../runner/recorder.ts'
import type { Runner } from '../runner/runner.ts'
import { scenarios } from '../scenarios/index.ts'
import type { Guard } from './guard.ts'
import { type Operations, runRequestOf } from './run-request.ts'
import type { Xray } from './xray.ts'

type Route = (request: ServerRequest, response: ServerResponse) => void | Promise<void>

const prefix = '/lab/api'

/** The API that the page uses: information about the server, runs, and the X-ray of the server's own epoll. */
export class Api {
  readonly #guard: Guard
  readonly #runner: Runner
  readonly #xray: Xray
  readonly #version: string
  readonly #routes: ReadonlyMap<string, { readonly method: 'GET' | 'POST'; readonly route: Route }>

  constructor(guard: Guard, runner: Runner, xray: Xray, version: string) {
    this.#guard = guard
    this.#runner = runner
    this.#xray = xray
    this.#version = version
    this.#routes = new Map([
      [`${prefix}/session`, { method: 'GET', route: this.#session }],
      [`${prefix}/run`, { method: 'POST', route: this.#run }],
      [`${prefix}/xray`, { method: 'GET', route: this.#showXray }],
    ])
  }

  /** Whether a path belongs to the API. */
  static has(path: string): boolean {
    return path === prefix || path.startsWith(`${prefix}/`)
  }

  /** Whether the server must read the request's body. */
  static wantsBody(path: string): boolean {
    return path === `${prefix}/run`
  }

  readonly handle: ServerHandler = (request, response) => {
    const found = this.#routes.get(request.path)
    if (found === undefined)
      return sendJson(response, 404, { message: `not found: ${request.path}` })
    if (request.method !== found.method) {
      response.setHeader('Allow', found.method)
      return sendJson(response, 405, { message: `${request.path} only accepts ${found.method}` })
    }
    const refusal =
      found.route === this.#session
        ? this.#guard.refusal(request)
        : this.#guard.refusalToAct(request)
    if (refusal !== null) return sendJson(response, 403, { message: refusal })
    return found.route(request, response)
  }

  readonly #session: Route = (_request, response) =>
    sendJson(response, 200, {
      edition: 'live',
      token: this.#guard.token,
      kernel: release(),
      node: process.version,
      pid: process.pid,
      version: this.#version,
      command: ownCommand(),
    })

  readonly #run: Route = async (request, response) => {
    const asked = runRequestOf(request.body.toString(), scenarios)
    if (!('run' in asked)) return sendJson(response, 400, asked)
    if (this.#runner.full) {
      response.setHeader('Retry-After', 1)
      return sendJson(response, 503, { message: 'too many runs are waiting: try again later' })
    }
    response.setHeader('Content-Type', 'application/x-ndjson')
    setNoStore(response)
    const send = (message: object): void => {
      if (!response.signal.aborted) response.write(`${JSON.stringify(message)}\n`)
    }
    await this.#follow(asked.run, asked.states, response.signal, send)
    response.end()
  }

  async #follow(
    run: Operations,
    states: boolean,
    signal: AbortSignal,
    send: (message: object) => void,
  ): Promise<void> {
    try {
      await this.#start(run, {
        states,
        signal,
        onStart: info => send({ type: 'start', kernel: info.kernel, pid: info.pid }),
        onStep: (index, step) => send({ type: 'step', index, ...step }),
        onState: (index, state, note) => send({ type: 'state', index, state, note }),
      })
      send({ type: 'end' })
    } catch (error) {
      if (!(error instanceof LabError)) throw error
      send({ type: 'error', code: error.code, message: error.message })
    }
  }

  #start(run: Operations, options: RunOptions): Promise<RunRecord> {
    if ('operations' in run) return this.#runner.run(run.operations, options)
    return this.#runner.runScenario(run.scenario, run.part, { ...options, count: run.count })
  }

  readonly #showXray: Route = (request, response) => {
    if (this.#xray.full) {
      const message = `at most ${xraysMax} X-rays can be open: close one`
      return sendJson(response, 503, { message })
    }
    response.setHeader('Content-Type', 'text/event-stream')
    setNoStore(response)
    return this.#xray.serve(response, hostPort(request.remoteAddress, request.remotePort))
  }
}

/** Forbids caching, content sniffing, and reading by other sites. */
function setNoStore(response: ServerResponse): void {
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.status = status
  response.setHeader('Content-Type', 'application/json')
  setNoStore(response)
  response.end(`${JSON.stringify(body)}\n`)
}
