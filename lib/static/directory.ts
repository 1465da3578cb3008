import { type File, FileStat } from '../core/index.ts'
import {
  type Fields,
  type Request,
  type RequestHandler,
  type Responder,
  reasonOf,
} from '../http/index.ts'
import { native, SystemError, typeError } from '../sys/index.ts'
import { Cache } from './cache.ts'
import { reopenMs } from './limits.ts'
import { Resource } from './resource.ts'
import { Root } from './root.ts'
import { resolveTarget } from './target.ts'

export const notFoundText = 'file not found, 请输入正确的url'
const indexName = 'index.html'
const allow: Fields = [['Allow', 'GET, HEAD, OPTIONS']]
const knownMethods = new Set(['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'CONNECT'])

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
}

/** A directory's files as answers; made by {@link serveDirectory}. */
export class Directory {
  readonly #root: Root
  readonly #cache = new Cache()
  readonly #now = new FileStat()
  #refreshMs = Number.NEGATIVE_INFINITY

  constructor(root: string) {
    this.#root = new Root(root)
  }

  close(): void {
    this.#cache.clear()
    this.#root.close()
  }

  readonly handle: RequestHandler = (request, responder) => {
    if (!request.isGet && !request.isHead) return this.#other(request, responder)
    if (request.nowMs >= this.#refreshMs) this.#refresh(request.nowMs)
    const { path } = request
    const cached = this.#cache.get(path)
    if (cached !== undefined && this.#isFresh(path, cached, request.nowMs)) send(cached, responder)
    else this.#open(path, request, responder)
  }

  /** One look at the path: the same file, untouched since it was opened. */
  #isFresh(path: string, resource: Resource, nowMs: number): boolean {
    if (nowMs - resource.openedMs < reopenMs) {
      const name = path === '/' ? indexName : path.slice(1)
      const result = native.fstatat(this.#root.fileno(), name, 0, this.#now.fields)
      if (result === 0 && this.#now.equals(resource.stat)) return true
    }
    this.#cache.delete(path)
    return false
  }

  #refresh(nowMs: number): void {
    this.#refreshMs = nowMs + reopenMs
    if (this.#root.refresh()) this.#cache.clear()
  }

  #open(path: string, request: Request, responder: Responder): void {
    const target = resolveTarget(path)
    if ('status' in target) return fail(target.status, responder)
    const name = target.directory ? `${target.path}/${indexName}`.replace(/^\//, '') : target.path
    try {
      const file = this.#root.open(name)
      this.#answer(file, name, request, responder)
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      const status = statusOf[error.code]
      if (status === undefined) throw error
      fail(status, responder)
    }
  }

  #answer(file: File, name: string, request: Request, responder: Responder): void {
    const stat = file.stat()
    if (!stat.isFile) {
      file.close()
      if (stat.isDirectory && !request.path.endsWith('/')) return redirect(request, responder)
      return fail(404, responder)
    }
    const resource = new Resource(name, file, stat, request.nowMs)
    if (!resource.whole) return fail(503, responder)
    send(resource, responder)
    // Only a path that is a name as it stands can be looked at again without being resolved.
    if (request.path === '/' || request.path === `/${name}`) this.#cache.set(request.path, resource)
    else resource.release()
  }

  #other(request: Request, responder: Responder): void {
    const { method } = request
    if (method === 'OPTIONS') return responder.text(200, '', allow)
    if (knownMethods.has(method)) responder.text(405, 'method not allowed\n', allow)
    else responder.text(501, 'not implemented\n')
  }
}

function send(resource: Resource, responder: Responder): void {
  const answer = resource.answer(responder.persistence)
  const source = resource.source()
  if (source === null) responder.send(answer)
  else responder.sendParts(answer, [{ file: source, offset: 0, end: resource.sizeBytes }])
}

function fail(status: number, responder: Responder): void {
  responder.text(status, status === 404 ? notFoundText : `${status} ${reasonOf(status)}\n`)
}

/** Never with two slashes at the start: that would lead to another host. */
function redirect(request: Request, responder: Responder): void {
  const path = request.path.replace(/^\/+/, '/')
  responder.text(301, '', [['Location', `${path}/${request.query}`]])
}

/**
 * Answers requests with the files of a directory: what `new HttpServer(...)` takes. Paths cannot leave the directory,
 * names with a leading dot are not there (but `.well-known`), and no answer is stale.
 *
 * @throws SystemError (ENOENT, ENOTDIR, EACCES) if the directory cannot be opened
 *
 * @example
 * ```ts
 * import { HttpServer } from 'epollet/http'
 * import { serveDirectory } from 'epollet/static'
 * import assert from 'node:assert/strict'
 *
 * const directory = serveDirectory('html')
 * using server = new HttpServer(directory.handle)
 * const { port } = server.listen({ port: 0 })
 * const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })
 * assert.equal(response.status, 200)
 * await response.text()
 * directory.close()
 * ```
 */
export function serveDirectory(root: string): Directory {
  if (typeof root !== 'string') throw typeError('root', 'the path of a directory', root)
  return new Directory(root)
}
