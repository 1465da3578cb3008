import { readFileSync } from 'node:fs'

/** How many descriptors this process may have (`ulimit -n`); null if /proc cannot be read. @internal */
export function openFilesMax(): number | null {
  try {
    const limits = readFileSync('/proc/self/limits', 'latin1')
    const [, soft] = /^Max open files +(\d+)/m.exec(limits) ?? []
    return soft === undefined ? null : Number(soft)
  } catch {
    return null
  }
}
