import { readFileSync } from 'node:fs'

const types = new Set(['tmpfs', 'ramfs', 'hugetlbfs', 'devtmpfs'])
/** How long it is believed what is mounted. */
const believedMs = 1000

let devices = new Set<number>()
let readMs = Number.NEGATIVE_INFINITY

/** As stat(2) has it. */
function deviceOf(numbers: string): number {
  const [major = 0, minor = 0] = numbers.split(':').map(Number)
  return (minor & 0xff) + major * 0x100 + (minor >>> 8) * 0x100000
}

/** The devices of the file systems that have no disk, as they are mounted now. */
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
 * Whether a device is a file system that has no disk. The list of mounts says so: asking the file system itself may
 * wait for it.
 */
export function isOfMemory(device: number): boolean {
  const nowMs = performance.now()
  if (nowMs - readMs > believedMs) {
    devices = memoryDevices()
    readMs = nowMs
  }
  return devices.has(device)
}
