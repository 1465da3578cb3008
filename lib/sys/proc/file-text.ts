import { readFileSync } from 'node:fs'

/** The text of a file such as those of /proc; empty if it cannot be read. @internal */
export function fileText(path: string, encoding: 'latin1' | 'utf8' = 'latin1'): string {
  try {
    return readFileSync(path, encoding)
  } catch {
    return ''
  }
}
