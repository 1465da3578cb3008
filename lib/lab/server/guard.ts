import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { hostPort } from '../../sys/index.ts'

/** The parts of a request that the guard checks. */
export interface GuardedRequest {
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
 * Only the lab's own page may use the API: another site that is open in the same browser must not make system calls. The
 * Host must be one of ours (against DNS rebinding), the Origin must match it, and actions need a token that only a page
 * of the same origin can read.
 */
export class Guard {
  /** New at each start, and never part of a URL. */
  readonly token: string = randomBytes(tokenBytes).toString('base64url')
  readonly #token = digest(this.token)
  readonly #named: ReadonlySet<string>
  #own: ReadonlySet<string> = new Set()

  /** @param hosts additional names of this server; without a port, a name is accepted with any port */
  constructor(hosts: readonly string[]) {
    this.#named = new Set(hosts.map(host => host.toLowerCase()))
  }

  /** Sets the server's own addresses. All requests are refused until this is called. */
  listening({ host, port }: { host: string; port: number }): void {
    const own = [hostPort(host, port), `localhost:${port}`]
    this.#own = new Set(port === defaultPort ? [...own, ...own.map(withoutPort)] : own)
  }

  /** Why a request is refused, or null. Checks Host, Origin and Sec-Fetch-Site. */
  refusal(request: GuardedRequest): string | null {
    const host = request.host.toLowerCase()
    const named = this.#named.has(host) || this.#named.has(withoutPort(host))
    if (!named && !this.#own.has(host)) {
      return `the lab does not accept the host '${request.host}': allow it with --lab-host`
    }
    const origin = request.header('origin')?.toLowerCase()
    if (
      origin !== undefined &&
      origin !== `http://${host}` &&
      !(named && origin === `https://${host}`)
    ) {
      return 'the lab only accepts its own page, but the Origin is another site'
    }
    const site = request.header('sec-fetch-site')
    if (site !== undefined && site !== 'same-origin' && site !== 'none') {
      return 'the lab only accepts its own page, but Sec-Fetch-Site says that the request is from another site'
    }
    return null
  }

  /** Like refusal(), for requests that run something and therefore also need the token. */
  refusalToAct(request: GuardedRequest): string | null {
    const refusal = this.refusal(request)
    if (refusal !== null) return refusal
    // Comparing digests takes the same time for any token.
    if (timingSafeEqual(digest(request.header('x-epollet-token') ?? ''), this.#token)) return null
    return 'X-Epollet-Token is not the token of /lab/api/session: the server was restarted, reload the page'
  }
}
