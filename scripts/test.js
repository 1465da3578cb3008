// npm test: installs, builds and runs the tests. Arguments that end in .ts are the files to run instead of
// all; the others are options of Node's test runner.

import { build } from './build.js'
import { root } from './project.js'
import { main, show } from './run.js'
import { atOnce, testEnvironment, testFiles } from './test-files.js'

await main(async () => {
  await build()
  const given = process.argv.slice(2)
  const files = given.filter(argument => argument.endsWith('.ts'))
  const options = given.filter(argument => !argument.endsWith('.ts'))
  const isGiven = (/** @type {string} */ name) => options.some(option => option.startsWith(name))
  if (!isGiven('--test-concurrency')) options.push(atOnce)
  if (!isGiven('--test-reporter')) options.push('--test-reporter=spec')
  const list = files.length > 0 ? files : testFiles(root)
  return show(process.execPath, ['--import', 'tsx', '--test', ...options, ...list], {
    env: testEnvironment(),
  })
})
