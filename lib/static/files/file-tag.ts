import type { FileStat } from '../../core/index.ts'
import type { Fields } from '../../http/index.ts'

/** `inode` adds the inode and its change time to an ETag of modification time and size; `mtime-size` adds nothing. */
export type EtagKind = 'inode' | 'mtime-size'

/** A second change within this time may leave the file's times unchanged, so the ETag is weak. */
const youngMs = 2000

function nsOf(seconds: number, ns: number): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(ns)
}

/**
 * Builds and archives often give all their files the same time. Two versions of the same size then differ only in the
 * inode and its change time, which no program can set. Copies on several hosts differ in both, hence `mtime-size`. The
 * coding is part of the ETag because two siblings can be links to one file. Null if the file has no usable time.
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
