// Checks that only lib/sys defines the kernel's numbers.
import { readdirSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'

const families =
  /^(?:(?:AF|AT|CLOCK|EPOLL_CTL|F|IN|IPPROTO|MSG|O|RESOLVE|RWF|SHUT|SO|SOCK|SOL|STATX|TCP)_|S_I|EPOLL|POLL)[A-Z0-9_]+$/
const declared = /^[ \t]*(?:export )?const ([A-Z][A-Z0-9_]+) = -?\d/gm

/** @param {string} name */
function isOfKernel(name) {
  return name in constants.errno || families.test(name)
}

/**
 * Checks that only lib/sys defines the kernel's numbers. A test compares lib/sys with the C headers of both processors.
 *
 * @param {string} root of the project
 * @returns {string[]} the problems, one line each
 */
export function checkKernelNumbers(root) {
  return readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
    .filter(file => /\.tsx?$/.test(file) && !file.startsWith('sys/'))
    .sort()
    .flatMap(file => {
      const names = [...readFileSync(join(root, 'lib', file), 'utf8').matchAll(declared)]
      return names
        .map(([, name = '']) => name)
        .filter(isOfKernel)
        .map(name => `lib/${file}: ${name} belongs in lib/sys: errno.ts, kernel.ts or constants.ts`)
    })
}
