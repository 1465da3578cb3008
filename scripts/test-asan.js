// npm run test:asan: the tests of the lower layers, on an addon with the address and undefined-behaviour sanitizers.
// Node was built without sanitizers, so their libraries are preloaded.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.js'
import { cmakeAddon } from './cmake-addon.js'
import { root } from './project.js'
import { Failed, main, show } from './run.js'
import { atOnce, testEnvironment, testFiles } from './test-files.js'

const subjects = ['sys', 'core', 'conformance', 'loop', 'net']
const libraries = ['libasan.so', 'libubsan.so', 'libstdc++.so.6']

/** @param {string} name */
function find(name) {
  const path = execFileSync('gcc', [`-print-file-name=${name}`], { encoding: 'utf8' }).trim()
  if (path !== name) return path
  process.stderr.write(`Missing: ${name}. Install gcc, which brings it\n`)
  throw new Failed()
}

// V8 leaks at exit, so leak detection is off.
const environment = {
  ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=0:exitcode=99',
  UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
}

await main(async () => {
  await build()
  const addon = await cmakeAddon({ sanitize: true })
  const given = process.argv.slice(2).filter(argument => argument.endsWith('.ts'))
  const there = subjects.filter(subject => existsSync(join(root, 'test', subject)))
  const files = given.length > 0 ? given : testFiles(root, there)
  const args = ['--import', 'tsx', '--test', atOnce, '--test-reporter=spec', ...files]
  const LD_PRELOAD = libraries.map(find).join(':')
  return show(process.execPath, args, {
    env: testEnvironment({ ...environment, LD_PRELOAD, EPOLLET_ADDON: addon }),
  })
})
