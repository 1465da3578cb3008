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

/** The package's own pages; the lab's is among them, below `lab/`. */
export const pages: string = inPackage('html')

const path = '/lab'

export interface LabOptions {
  readonly version: string
  /** Names under which the lab is reached besides its address and localhost: of a container, of a forwarded port. */
  readonly hosts: readonly string[]
  readonly onWarning: NonNullable<DirectoryOptions['onWarning']>
}

/** The lab below /lab: its page, and what that asks of this server. */
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

  /** Which bodies are read. */
  readonly readsBodies: BodyChoice = request => Api.wantsBody(request.path)

  /** A handler that answers what is the lab's, and gives everything else to another. */
  beside(others: RequestHandler): RequestHandler {
    return (request, responder) => {
      if (Api.has(request.path)) this.#answer(request, responder)
      else if (request.path === path || request.path.startsWith(`${path}/`))
        this.#directory.handle(request, responder)
      else others(request, responder)
    }
  }

  /** Before it is called nobody is let in. */
  listening(server: HttpServer, address: { host: string; port: number }): void {
    this.#guard.listening(address)
    this.#xray.watch(server.loop)
  }

  /** Ends what does not end of itself, so that the server can drain: the X-rays, and the runs. */
  async drain(): Promise<void> {
    this.#xray.close()
    await this.#runner.close()
  }

  async close(): Promise<void> {
    this.#directory.close()
    await this.drain()
  }
}
