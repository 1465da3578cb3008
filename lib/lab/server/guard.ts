import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { hostPort } from '../../sys/index.ts'

/** What is asked of a request before the lab does anything for it. */
export interface Asked {
  readonly host: string
  header(name: string): string | undefined
}

const defaultPort = 80
const tokenBytes = 32

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function withoutPort(host: string): string {
  return host.replace(/:\d*$/, '')
}

/**
 * Lets pages of the lab's own in, and nobody else's: a page that makes system calls must not be reached from another
 * site that its reader has open. The Host has to be one of ours, or a name that leads here by DNS would do; the Origin
 * has to be that Host; and the token is known only to who could read an answer of ours.
 */
export class Guard {
  /** New for each start, and never in an address. */
  readonly token: string = randomBytes(tokenBytes).toString('base64url')
  readonly #token = digest(this.token)
  readonly #named: ReadonlySet<string>
  #own: ReadonlySet<string> = new Set()

  /** @param hosts names that lead here from elsewhere; one with a port means that port, one without means any */
  constructor(hosts: readonly string[]) {
    this.#named = new Set(hosts.map(host => host.toLowerCase()))
  }

  /** Before it is called nobody gets in. */
  listening({ host, port }: { host: string; port: number }): void {
    const own = [hostPort(host, port), `localhost:${port}`]
    this.#own = new Set(port === defaultPort ? [...own, ...own.map(withoutPort)] : own)
  }

  /** Why this request is refused, or null: its Host, its Origin, and what the browser says of who asks. */
  refusal(request: Asked): string | null {
    const host = request.host.toLowerCase()
    const named = this.#named.has(host) || this.#named.has(withoutPort(host))
    if (!named && !this.#own.has(host)) {
      return `the lab is not at the host '${request.host}': name it with --lab-host`
    }
    const origin = request.header('origin')?.toLowerCase()
    if (
      origin !== undefined &&
      origin !== `http://${host}` &&
      !(named && origin === `https://${host}`)
    ) {
      return 'the lab answers its own pages only, and the Origin is another'
    }
    const site = request.header('sec-fetch-site')
    if (site !== undefined && site !== 'same-origin' && site !== 'none') {
      return 'the lab answers its own pages only, and Sec-Fetch-Site says that another asks'
    }
    return null
  }

  /** The same, for what does something: it also needs the token. */
  refusalToAct(request: Asked): string | null {
    const refusal = this.refusal(request)
    if (refusal !== null) return refusal
    // Digests are of one length, and tell nothing by the time that it takes.
    if (timingSafeEqual(digest(request.header('x-epollet-token') ?? ''), this.#token)) return null
    return 'X-Epollet-Token is not the one of /lab/api/session: the server was started anew, reload the page'
  }
}
