// Recognises in-memory file systems, where no read waits for a disk.
import { deviceOf, fileText } from '../../sys/index.ts'

const types = new Set(['tmpfs', 'ramfs', 'hugetlbfs', 'devtmpfs'])
/** How long the list of mounts is used before it is read again. */
const rereadMs = 1000

let devices = new Set<number>()
let readMs = Number.NEGATIVE_INFINITY

/** The device numbers of all mounted file systems that keep files in memory. */
function memoryDevices(): Set<number> {
  const lines = fileText('/proc/self/mountinfo')
    .split('\n')
    .map(line => line.split(' '))
  const ofMemory = lines.filter(words => types.has(words[words.indexOf('-') + 1] ?? ''))
  return new Set(
    ofMemory.map(words => {
      const [major, minor] = words[2]!.split(':').map(Number)
      return deviceOf(major! * 2 ** 20 + minor!)
    }),
  )
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
