import { constants, linkSync, mkdirSync, writeFileSync } from 'node:fs'
import { File } from '../../lib/core/index.ts'
import { O_PATH } from '../../lib/sys/index.ts'
import { Site } from './site.ts'

/** An empty directory, opened with O_PATH, as a root is. */
export class Folder extends Site {
  readonly directory: File

  constructor() {
    super()
    mkdirSync(this.path(''))
    this.directory = File.open(this.path(''), { flags: O_PATH | constants.O_DIRECTORY })
  }

  fill(first: string, ...others: string[]): void {
    writeFileSync(this.path(first), '')
    // Making a hard link is ten times faster than making a file.
    for (const name of others) linkSync(this.path(first), this.path(name))
  }

  override [Symbol.dispose](): void {
    this.directory.close()
    super[Symbol.dispose]()
  }
}
