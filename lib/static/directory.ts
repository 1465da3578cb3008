import {
  Answer,
  type Fields,
  fieldMask,
  type Request,
  type RequestHandler,
  type Responder,
} from '../http/index.ts'
import { SystemError, typeError } from '../sys/index.ts'
import { Cache } from './cache.ts'
import type { Entry } from './entry.ts'
import { HeadersFile } from './headers-file.ts'
import { reopenMs } from './limits.ts'
import { Listings, listingFields, prefersJson } from './listings.ts'
import { Loader } from './loader.ts'
import { type DirectoryOptions, type DirectorySettings, directorySettings } from './options.ts'
import { Replies } from './replies.ts'
import type { Resource } from './resource.ts'
import { Root } from './root.ts'
import { type Route, Router } from './router.ts'
import { sendResource, sendWhole } from './send.ts'
import { type PathTarget, resolveTarget } from './target.ts'
import { Troubles } from './troubles.ts'

const allow: Fields = [['Allow', 'GET, HEAD, OPTIONS']]
const knownMethods = new Set(['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'CONNECT'])
const acceptEncoding = fieldMask('accept-encoding')

/** The statuses of what the kernel says when a path cannot be opened; any other errno is our own trouble. */
const statusOf: Readonly<Record<string, number>> = {
  ENOENT: 404,
  ENOTDIR: 404,
  ENAMETOOLONG: 404,
  ELOOP: 404,
  EXDEV: 404,
  ENXIO: 404,
  EACCES: 403,
  EPERM: 403,
  EMFILE: 503,
  ENFILE: 503,
  EAGAIN: 503,
}

/** What was asked for last of what is not there: programs that look for holes ask again and again. */
interface Missed {
  /** As it was sent. */
  readonly path: string
  readonly address: string
  /** Below the root. */
  readonly name: string
  /** When it was last found missing: see Request.receivedCount. */
  checkedAt: number
}

/** A directory's files as answers; made by {@link serveDirectory}. */
export class Directory {
  readonly #settings: DirectorySettings
  readonly #root: Root
  readonly #router: Router
  readonly #loader: Loader
  readonly #listings: Listings
  readonly #headers: HeadersFile
  readonly #replies: Replies
  readonly #cache: Cache
  readonly #troubles: Troubles
  #missed: Missed | null = null
  #hasNotFound = false
  #refreshMs = Number.NEGATIVE_INFINITY

  /** @internal */
  constructor(root: string, settings: DirectorySettings) {
    this.#settings = settings
    this.#root = new Root(root)
    this.#router = new Router(this.#root, settings)
    this.#loader = new Loader(this.#root, settings.precompressed)
    this.#listings = new Listings(this.#root, this.#router, settings)
    this.#cache = new Cache(settings.cacheBytes, settings.cachedFilesMax)
    this.#troubles = new Troubles(settings.onWarning)
    try {
      this.#headers = new HeadersFile(this.#root, settings.headers, settings.onWarning)
    } catch (error) {
      this.#root.close()
      throw error
    }
    this.#replies = new Replies(this.#headers)
  }

  close(): void {
    this.#cache.clear()
    this.#root.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  readonly handle: RequestHandler = (request, responder) => {
    if (!request.isGet && !request.isHead) return this.#other(request, responder)
    if (request.nowMs >= this.#refreshMs) this.#refresh(request.nowMs)
    const { path } = request
    const entry = this.#cache.get(path)
    if (entry !== undefined) {
      const resource = chosen(entry, request)
      if (this.#isFresh(resource, request) && this.#isFresh(entry.identity, request))
        return sendResource(resource, request, responder)
      this.#cache.delete(path)
    } else if (this.#missed?.path === path && this.#isStillMissing(this.#missed, request))
      return this.#fail(404, this.#missed.address, request, responder)
    this.#answer(path, request, responder)
  }

  /** One look at the path, after the request has come: the same file, untouched since it was opened. */
  #isFresh(resource: Resource, request: Request): boolean {
    if (resource.checkedAt === request.receivedCount) return true
    if (request.nowMs - resource.openedMs >= reopenMs) return false
    if (!this.#router.isUnchanged(resource.path, resource.stat)) return false
    resource.checkedAt = request.receivedCount
    return true
  }

  #isStillMissing(missed: Missed, request: Request): boolean {
    if (missed.checkedAt === request.receivedCount) return true
    if (!this.#router.isMissing(missed.name)) return false
    missed.checkedAt = request.receivedCount
    return true
  }

  /** What may be seen a second late: another root, other rules, a page for what is not found. */
  #refresh(nowMs: number): void {
    this.#refreshMs = nowMs + reopenMs
    const { notFound } = this.#settings
    const isOtherRoot = this.#root.refresh()
    if (this.#headers.refresh() || isOtherRoot) this.#cache.clear()
    this.#hasNotFound = notFound !== null && this.#router.isReadable(notFound)
  }

  #answer(path: string, request: Request, responder: Responder): void {
    const target = resolveTarget(path, this.#settings.dotfiles)
    if ('status' in target) return this.#fail(target.status, path, request, responder)
    const address = addressOf(target)
    let route: Route
    try {
      route = this.#router.route(target, request)
    } catch (error) {
      return this.#failed(error, address, request, responder)
    }
    if ('directory' in route) return this.#list(route.directory, address, request, responder)
    if ('status' in route) {
      const name = target.path
      const isMiss = route.status === 404 && this.#router.isPlain(target)
      this.#missed = isMiss ? { path, address, name, checkedAt: -1 } : null
      return this.#fail(route.status, address, request, responder)
    }
    // One spelling of each path is kept: the others would fill the cache with copies.
    // Nor is the fallback: what asks next for that path may be a tag of a page, and gets a 404.
    const isKept = !route.isFallback && path === encoded(address)
    const { file, isFallback = false } = route
    this.#load(file, address, isKept ? path : null, request, responder, 200, isFallback)
  }

  /** @param key under which the file is kept, or null */
  #load(
    file: string,
    address: string,
    key: string | null,
    request: Request,
    responder: Responder,
    status = 200,
    isFallback = false,
  ): void {
    let loaded: Entry | Promise<Entry>
    try {
      loaded = this.#loader.load(file, address, this.#headers.rules, request.nowMs, isFallback)
    } catch (error) {
      return this.#failed(error, address, request, responder, status)
    }
    if (!(loaded instanceof Promise)) return this.#use(loaded, key, request, responder, status)
    // A disk has to be waited for.
    const late = responder.later()
    loaded
      .then(
        entry => this.#use(entry, key, late.request, late, status),
        error => this.#failed(error, address, late.request, late, status),
      )
      .catch((error: Error) => late.fail(error))
  }

  #use(
    entry: Entry,
    key: string | null,
    request: Request,
    responder: Responder,
    status: number,
  ): void {
    try {
      if (status === 200) sendResource(chosen(entry, request), request, responder)
      else sendWhole(entry.identity, responder, status)
    } catch (error) {
      entry.release()
      throw error
    }
    if (key === null || this.#root.closed) entry.release()
    else this.#cache.set(key, entry)
  }

  /** An errno that says nothing of the path is our own trouble: 500. */
  #failed(
    error: unknown,
    address: string,
    request: Request,
    responder: Responder,
    wanted = 200,
  ): void {
    if (!(error instanceof SystemError)) throw error
    const status = statusOf[error.code] ?? 500
    if (status >= 500) this.#troubles.tell(error, request.nowMs)
    if (wanted === 404) {
      // The page of the 404 is itself what has failed.
      this.#hasNotFound = false
      return this.#replies.notFound(responder, address)
    }
    this.#fail(status, address, request, responder)
  }

  #fail(status: number, address: string, request: Request, responder: Responder): void {
    if (status === 404) return this.#notFound(address, request, responder)
    // Never with two slashes at the start: that would lead to another host.
    const location = `${encoded(address)}/${request.query}`
    this.#replies.text(responder, status, address, status === 301 ? [['Location', location]] : [])
  }

  #notFound(address: string, request: Request, responder: Responder): void {
    const { notFound } = this.#settings
    if (!this.#hasNotFound || notFound === null) return this.#replies.notFound(responder, address)
    const page = this.#cache.get(notFound)
    if (page !== undefined && this.#isFresh(page.identity, request))
      sendWhole(page.identity, responder, 404)
    else this.#load(notFound, `/${notFound}`, notFound, request, responder, 404)
  }

  #other(request: Request, responder: Responder): void {
    const { method, path } = request
    const target = resolveTarget(path, this.#settings.dotfiles)
    const address = 'status' in target ? path : addressOf(target)
    if (method === 'OPTIONS') this.#replies.text(responder, 200, address, allow)
    else if (knownMethods.has(method)) this.#replies.text(responder, 405, address, allow)
    else this.#replies.text(responder, 501, address)
  }

  #list(directory: string, address: string, request: Request, responder: Responder): void {
    const isJson = prefersJson(request.header('accept'))
    const late = responder.later()
    this.#listings
      .body(directory, address, isJson)
      .then(body => {
        const fields = this.#headers.rules.fieldsFor(address, listingFields(isJson))
        const all: Fields = [...fields, ['Content-Length', body.length]]
        // Apart from its head, so that all who get it share its memory.
        late.sendParts(new Answer(200, all, null, late.persistence), [{ bytes: body }])
      })
      .catch((error: Error) => this.#failed(error, address, late.request, late))
      .catch((error: Error) => late.fail(error))
  }
}

/** What rules are asked for: decoded, without detours. */
function addressOf({ path, directory }: PathTarget): string {
  return `/${path}${directory && path !== '' ? '/' : ''}`
}

/** A path as it stands in an address: the one spelling of all that is kept and sent. */
function encoded(address: string): string {
  return encodeURI(address).replace(/[?#]/g, encodeURIComponent)
}

function chosen(entry: Entry, request: Request): Resource {
  if (!entry.isNegotiated || !request.hasAny(acceptEncoding)) return entry.identity
  return entry.choose(request.header('accept-encoding'))
}

/**
 * Answers requests with the files of a directory: what `new HttpServer(...)` takes. Paths cannot leave the directory,
 * names with a leading dot are not there (but `.well-known`), and no answer is stale.
 *
 * @throws SystemError (ENOENT, ENOTDIR, EACCES) if the directory cannot be opened, TypeError or RangeError for options,
 * Error (`ERR_HEADER_RULES`) for rules that are wrong, by line
 *
 * @example
 * ```ts
 * import { HttpServer } from 'epollet/http'
 * import { serveDirectory } from 'epollet/static'
 * import assert from 'node:assert/strict'
 *
 * using directory = serveDirectory('html', { cleanUrls: true })
 * using server = new HttpServer(directory.handle)
 * const { port } = server.listen({ port: 0 })
 * const response = await fetch(`http://127.0.0.1:${port}/index`, { headers: { connection: 'close' } })
 * assert.equal(response.status, 200)
 * await response.text()
 * ```
 */
export function serveDirectory(root: string, options?: DirectoryOptions): Directory {
  if (typeof root !== 'string') throw typeError('root', 'the path of a directory', root)
  return new Directory(root, directorySettings(options))
}
