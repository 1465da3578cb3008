import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkKernelNumbers } from '../../scripts/kernel-numbers.js'
import { temporaryFolder } from './temporary.ts'

const rows: [file: string, source: string, name: string | undefined][] = [
  ['sys/errno.ts', 'export const EBADF = -9', undefined],
  ['net/limits.ts', 'export const chunkBytes = 65536', undefined],
  ['lab/call-slot.ts', 'export const ASKED = 1', undefined],
  ['net/peer.ts', 'const { O_RDONLY } = constants', undefined],
  ['net/peer.ts', 'const EBADF = -9', 'EBADF'],
  ['net/peer.ts', 'const EMFILE = 24', 'EMFILE'],
  ['lab/openings.ts', 'export const O_PATH = 0x200000', 'O_PATH'],
  ['lab/system.ts', 'const POLLRDHUP = 0x2000', 'POLLRDHUP'],
  ['core/pipe.ts', '  const F_SETPIPE_SZ = 1031', 'F_SETPIPE_SZ'],
  ['core/file.ts', 'const S_IFMT = 0o170000', 'S_IFMT'],
  ['bench/page/x.tsx', 'const EPOLL_CTL_ADD = 1', 'EPOLL_CTL_ADD'],
]

for (const [file, source, name] of rows) {
  test(`checkKernelNumbers() ${name ? 'refuses' : 'accepts'} '${source}' in ${file}`, context => {
    const folder = temporaryFolder(context, { [`lib/${file}`]: `${source}\n` })
    const expected =
      name === undefined
        ? []
        : [`lib/${file}: ${name} belongs in lib/sys: errno.ts, kernel.ts or constants.ts`]
    assert.deepEqual(checkKernelNumbers(folder), expected)
  })
}
