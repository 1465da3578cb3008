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

/** The served files, and a folder for the servers' own files. */
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
// Some servers do not cache a file that has just been modified.
const old = new Date('2020-01-01T00:00:00Z')

/** Throws file-system errors. */
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
    // Servers started by root read the files as another user.
    for (const path of [folder, root]) chmodSync(path, 0o755)
  } catch (error) {
    remove()
    throw error
  }
  return { root, folder, content: file => readFileSync(join(root, file)), remove }
}
