import {
  type BodyChoice,
  type HttpServer,
  type RequestHandler,
  requestHandler,
} from '../../http/index.ts'
import { type Directory, type DirectoryOptions, serveDirectory } from '../../static/index.ts'
import { inPackage, optionsOf } from '../../sys/index.ts'
import { Runner } from '../runner/runner.ts'
import { Api } from './api.ts'
import { Guard } from './guard.ts'
import { Xray } from './xray.ts'

/** The package's html directory; the lab's page is in `lab/`. */
export const pages: string = inPackage('html')

const path = '/lab'

export interface LabOptions {
  readonly version: string
  /** Additional names of this host, for example behind a forwarded port or in a container. */
  readonly hosts: readonly string[]
  readonly onWarning: NonNullable<DirectoryOptions['onWarning']>
}

/** Serves the lab below /lab: its page and its API. */
export class LabServer {
  readonly #runner = new Runner()
  readonly #xray = new Xray()
  readonly #guard: Guard
  readonly #directory: Directory
  readonly #answer: RequestHandler

  constructor(options: LabOptions) {
    const { version, hosts, onWarning } = optionsOf(options, ['version', 'hosts', 'onWarning'])
    this.#guard = new Guard(hosts)
    this.#directory = serveDirectory(pages, { onWarning })
    const api = new Api(this.#guard, this.#runner, this.#xray, version)
    this.#answer = requestHandler(api.handle)
  }

  readonly readsBodies: BodyChoice = request => Api.wantsBody(request.path)

  /** A handler that answers requests below /lab and passes all others on. */
  beside(others: RequestHandler): RequestHandler {
    return (request, responder) => {
      if (Api.has(request.path)) this.#answer(request, responder)
      else if (request.path === path || request.path.startsWith(`${path}/`))
        this.#directory.handle(request, responder)
      else others(request, responder)
    }
  }

  /** Call it when the server listens. Until then, the API refuses all requests. */
  listening(server: HttpServer, address: { host: string; port: number }): void {
    this.#guard.listening(address)
    this.#xray.watch(server.loop)
  }

  /** Ends X-rays and runs, so that their connections can drain. */
  async drain(): Promise<void> {
    this.#xray.close()
    await this.#runner.close()
  }

  async close(): Promise<void> {
    this.#directory.close()
    await this.drain()
  }
}
