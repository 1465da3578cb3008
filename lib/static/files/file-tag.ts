import type { FileStat } from '../../core/index.ts'
import type { Fields } from '../../http/index.ts'

/** What an ETag has beside the modification time and the size: the inode with its change time, or nothing. */
export type EtagKind = 'inode' | 'mtime-size'

/** A second change within this time may leave the file's times as they are, so the ETag is a weak one. */
const youngMs = 2000

function nsOf(seconds: number, ns: number): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(ns)
}

/**
 * Builds and archives often give all their files the same time. Two versions of the same size then differ only in the
 * inode and its change time, which nobody can set. Copies on several hosts share neither, hence `mtime-size`. The coding
 * is part of the ETag because two siblings can be links to one file. Null if the file has no usable time.
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
