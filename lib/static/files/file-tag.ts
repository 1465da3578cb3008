import type { FileStat } from '../../core/index.ts'
import type { Fields } from '../../http/index.ts'

/** The part of an ETag beside the modification time and the size: the inode with its change time, or nothing. */
export type EtagKind = 'inode' | 'mtime-size'

/** A change within this time may leave the clock's reading of the file as it is: its tag must not promise too much. */
const youngMs = 2000

function nsOf(seconds: number, ns: number): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(ns)
}

/**
 * Builds and archives give all their files one time, so two of a size would have one tag: the inode, and the time of its
 * last change, which nobody can set, tell them apart. Copies on several hosts share neither, hence `mtime-size`. Siblings
 * may be one file: each coding has a tag of its own.
 */
export function etagOf(stat: FileStat, contentFields: Fields, kind: EtagKind): string | null {
  const { mtimeS, mtimeNs } = stat
  if (mtimeS <= 1) return null
  const modifiedNs = nsOf(mtimeS, mtimeNs)
  const changedNs = nsOf(stat.ctimeS, stat.ctimeNs) - modifiedNs
  const numbers = [modifiedNs, stat.sizeBytes, ...(kind === 'inode' ? [changedNs, stat.inode] : [])]
  const coding = contentFields.find(([name]) => name.toLowerCase() === 'content-encoding')
  const suffix = coding === undefined ? '' : `-${coding[1]}`
  const tag = `"${numbers.map(number => number.toString(16)).join('-')}${suffix}"`
  const ageMs = Date.now() - mtimeS * 1000 - mtimeNs / 1e6
  return Math.abs(ageMs) < youngMs ? `W/${tag}` : tag
}
