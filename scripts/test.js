// npm test: installs, builds and runs the tests. Arguments are files (test/core/epoll.test.ts), subjects (core loop),
// --quick, or options of Node's test runner; without a file or a subject all tests run. Tests that need a program that
// is not installed (chromium, strace) are reported as skipped; if EPOLLET_TEST_ALL is set, they fail.

import { build } from './build.js'
import { root } from './project.js'
import { main, show } from './run.js'
import { asked, atOnce, testEnvironment } from './test-files.js'

await main(async () => {
  const { files, options } = asked(root, process.argv.slice(2))
  await build()
  const isGiven = (/** @type {string} */ name) => options.some(option => option.startsWith(name))
  if (!isGiven('--test-concurrency')) options.push(atOnce)
  if (!isGiven('--test-reporter')) options.push('--test-reporter=spec')
  return show(process.execPath, ['--import', 'tsx', '--test', ...options, ...files], {
    env: testEnvironment(),
  })
})
