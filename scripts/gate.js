// npm run gate: the long tests, test/SUBJECT/NAME.gate.ts, one file after the other. They take minutes, and need root
// and the programs that each file names. Arguments are files or subjects, as for npm test.

import { build } from './build.js'
import { root } from './project.js'
import { main, show } from './run.js'
import { asked, testEnvironment } from './test-files.js'

await main(async () => {
  const { files, options } = asked(root, process.argv.slice(2), '.gate.ts')
  await build()
  const runner = ['--import', 'tsx', '--test', '--test-concurrency=1', '--test-reporter=spec']
  return show(process.execPath, [...runner, ...options, ...files], { env: testEnvironment() })
})
