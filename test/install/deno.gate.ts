// Under Deno, which has only a part of libuv, a thread waits for events.
import '../support/descriptors.ts'
import { testHost } from './other-host.ts'

testHost({
  name: 'Deno',
  packages: ['deno'],
  binary: `@deno/linux-${process.arch}-glibc/deno`,
  options: ['run', '--allow-all'],
  handsOn: false,
})
