// npm run prebuilds: the addons for this machine's kind, as they are published: prebuilds/linux-x64/epollet.glibc.node.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.js'
import { buildEnvironment, installed, root } from './project.js'
import { main, step } from './run.js'
import { compiling, demand } from './tools.js'

function libc() {
  const report = /** @type {{ header?: { glibcVersionRuntime?: string } }} */ (
    process.report.getReport()
  )
  return report.header?.glibcVersionRuntime === undefined ? 'musl' : 'glibc'
}

// A place of its own, below the project so that node-addon-api is found: prebuildify builds every target and takes
// the first result, and cleans what is there.
/** @param {string} name of the target */
function stage(name) {
  const folder = join(root, 'build/prebuilds')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const gyp = JSON.parse(readFileSync(join(root, 'binding.gyp'), 'utf8'))
  const targets = gyp.targets.filter(
    (/** @type {{ target_name: string }} */ target) => target.target_name === name,
  )
  writeFileSync(join(folder, 'binding.gyp'), JSON.stringify({ ...gyp, targets }))
  cpSync(join(root, 'native'), join(folder, 'native'), { recursive: true })
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  return folder
}

await main(async () => {
  await build()
  demand([...compiling, 'strip'])
  rmSync(join(root, 'prebuilds'), { recursive: true, force: true })
  const target = `--target=${process.versions.node}`
  for (const name of ['epollet', 'bench']) {
    const folder = stage(name)
    const options = ['--napi', '--tag-libc', '--strip', '--name', name, target]
    await step(
      `building ${name}.node to publish`,
      process.execPath,
      [installed('prebuildify/bin.js'), ...options, '--cwd', folder, '--out', root],
      { env: { ...buildEnvironment(), PREBUILD_LIBC: libc() } },
    )
    rmSync(folder, { recursive: true })
  }
})
