import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HttpServer } from '../../lib/http/index.ts'
import { type Directory, type DirectoryOptions, serveDirectory } from '../../lib/static/index.ts'

/** A temporary directory, and the path of a root in it; disposing the site removes the directory. */
export class Site {
  readonly outside = mkdtempSync(join(tmpdir(), 'epollet-static-'))

  path(name: string): string {
    return join(this.outside, 'root', name)
  }

  [Symbol.dispose](): void {
    rmSync(this.outside, { recursive: true })
  }
}

/** A running server of a directory, which collects its errors and warnings. */
export class Serving {
  readonly directory: Directory
  readonly server: HttpServer
  readonly port: number
  readonly errors: Error[] = []
  readonly warnings: string[] = []

  constructor(root: string, options: DirectoryOptions = {}) {
    const onWarning = (message: string) => this.warnings.push(message)
    this.directory = serveDirectory(root, { onWarning, ...options })
    this.server = new HttpServer(this.directory.handle, {
      onError: error => this.errors.push(error),
    })
    this.port = this.server.listen({ port: 0 }).port
  }

  [Symbol.dispose](): void {
    this.server.close()
    this.directory.close()
  }
}
