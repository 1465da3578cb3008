// npm run cmake: builds the addon with cmake-js and loads it, and leaves compile_commands.json for editors.
import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.js'
import { cmakeAddon } from './cmake-addon.js'
import { root } from './project.js'
import { main, show } from './run.js'
import { testEnvironment, testFiles } from './test-files.js'

await main(async () => {
  await build()
  const addon = await cmakeAddon({ sanitize: false })
  rmSync(join(root, 'compile_commands.json'), { force: true })
  symlinkSync('build-cmake/plain/compile_commands.json', join(root, 'compile_commands.json'))
  const args = ['--import', 'tsx', '--test', '--test-reporter=spec', ...testFiles(root, ['core'])]
  return show(process.execPath, args, { env: testEnvironment({ EPOLLET_ADDON: addon }) })
})
