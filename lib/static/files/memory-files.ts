// Recognises in-memory file systems, where no read waits for a disk.
import { readFileSync } from 'node:fs'

const types = new Set(['tmpfs', 'ramfs', 'hugetlbfs', 'devtmpfs'])
/** How long the list of mounts is used before it is read again. */
const rereadMs = 1000

let devices = new Set<number>()
let readMs = Number.NEGATIVE_INFINITY

/** Converts `major:minor` to the device number that stat(2) returns. */
function deviceOf(numbers: string): number {
  const [major = 0, minor = 0] = numbers.split(':').map(Number)
  return (minor & 0xff) + major * 0x100 + (minor >>> 8) * 0x100000
}

/** The device numbers of all mounted file systems that keep files in memory. */
function memoryDevices(): Set<number> {
  let text: string
  try {
    text = readFileSync('/proc/self/mountinfo', 'latin1')
  } catch {
    return new Set()
  }
  const lines = text.split('\n').map(line => line.split(' '))
  const ofMemory = lines.filter(words => types.has(words[words.indexOf('-') + 1] ?? ''))
  return new Set(ofMemory.map(words => deviceOf(words[2]!)))
}

/**
 * Whether a device is an in-memory file system. This uses the list of mounts, because statfs(2) would wait for a file
 * system that doesn't answer.
 */
export function isOfMemory(device: number): boolean {
  const nowMs = performance.now()
  if (nowMs - readMs > rereadMs) {
    devices = memoryDevices()
    readMs = nowMs
  }
  return devices.has(device)
}
