import { fileText } from './file-text.ts'

/** How many descriptors this process may have (`ulimit -n`); null if /proc cannot be read. @internal */
export function openFilesMax(): number | null {
  const [, soft] = /^Max open files +(\d+)/m.exec(fileText('/proc/self/limits')) ?? []
  return soft === undefined ? null : Number(soft)
}
