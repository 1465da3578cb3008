// Under Bun, which ends the process if an addon calls libuv, a thread waits for events.
import '../support/descriptors.ts'
import { testHost } from './other-host.ts'

const machine = process.arch === 'arm64' ? 'aarch64' : 'x64'

testHost({
  name: 'Bun',
  packages: ['bun'],
  binary: `@oven/bun-linux-${machine}/bin/bun`,
  options: [],
  handsOn: true,
})
