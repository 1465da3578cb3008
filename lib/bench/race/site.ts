import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What is served, and a folder beside it for what the servers need. */
export interface Site {
  readonly root: string
  readonly folder: string
  content(file: string): Buffer
  remove(): void
}

const files: Readonly<Record<string, number>> = {
  'small.html': 613,
  '64k.txt': 2 ** 16,
  '1m.txt': 2 ** 20,
}
const line = 'A server that is asked for the same bytes again and again.\n'
// Some servers keep nothing of a file that may still change within the second.
const old = new Date('2020-01-01T00:00:00Z')

/** Throws what the file system says. */
export function makeSite(): Site {
  const folder = mkdtempSync(join(tmpdir(), 'epollet-race-'))
  const remove = (): void => {
    process.removeListener('exit', remove)
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', remove)
  const root = join(folder, 'site')
  try {
    mkdirSync(root)
    for (const [name, sizeBytes] of Object.entries(files)) {
      const path = join(root, name)
      writeFileSync(path, Buffer.alloc(sizeBytes, line))
      chmodSync(path, 0o644)
      utimesSync(path, old, old)
    }
    // Servers that were started by root read it as somebody else.
    for (const path of [folder, root]) chmodSync(path, 0o755)
  } catch (error) {
    remove()
    throw error
  }
  return { root, folder, content: file => readFileSync(join(root, file)), remove }
}
