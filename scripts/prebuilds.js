// npm run prebuilds: builds the published addons (prebuilds/linux-x64/epollet.node and so on) for every supported
// processor. `npm run prebuilds -- linux-arm64` builds the addons for one processor, and `-- here` those for this
// machine, as npm pack and npm install in a clone do.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from './build.js'
import { isFresh, refresh } from './freshness.js'
import { checkNativeSymbols } from './native-symbols.js'
import { buildEnvironment, installed, root } from './project.js'
import { Failed, main, step } from './run.js'
import { compiling, demand } from './tools.js'

const addons = ['epollet', 'bench']

/**
 * The tools for one processor, with the names that {@link demand} and the compiler use.
 *
 * @type {Record<string, { needs: string[], prefix: string }>}
 */
const crossing = {
  x64: { needs: ['x86_64-linux-gnu-g++'], prefix: 'x86_64-linux-gnu-' },
  arm64: { needs: ['aarch64-linux-gnu-g++'], prefix: 'aarch64-linux-gnu-' },
}

const here = `linux-${process.arch}`
/** The platforms for which binaries are published. */
export const platforms = Object.keys(crossing).map(arch => `linux-${arch}`)

/**
 * @param {string} platform
 * @returns {import('./freshness.js').Product}
 */
function product(platform) {
  return {
    stamp: `build/.prebuilt-${platform}`,
    inputs: [
      'native',
      'node_modules/node-addon-api/package.json',
      'node_modules/node-api-headers/package.json',
    ],
    outputs: addons.map(name => `prebuilds/${platform}/${name}.node`),
  }
}

/**
 * Whether a platform's binaries were built from the current sources.
 *
 * @param {string} platform
 * @returns {boolean}
 */
export function isPrebuilt(platform) {
  return isFresh(root, product(platform))
}

// Each target gets its own folder, because prebuildify builds all targets in a folder, keeps only the first result, and
// cleans the folder. The folder is inside the project so that node-addon-api is found.
/** @param {string} name of the target */
function stage(name) {
  const folder = join(root, 'build/prebuilds')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  cpSync(join(root, 'native'), folder, { recursive: true })
  const gyp = JSON.parse(readFileSync(join(folder, 'binding.gyp'), 'utf8'))
  const targets = gyp.targets.filter(
    (/** @type {{ target_name: string }} */ target) => target.target_name === name,
  )
  writeFileSync(join(folder, 'binding.gyp'), JSON.stringify({ ...gyp, targets }))
  return folder
}

/** @param {string} platform */
async function prebuild(platform) {
  const arch = platform.replace('linux-', '')
  const { needs = [], prefix = '' } = arch === process.arch ? {} : (crossing[arch] ?? {})
  demand(arch === process.arch ? [...compiling, 'strip'] : ['make', 'python3', ...needs])
  rmSync(join(root, 'prebuilds', platform), { recursive: true, force: true })
  const compiler = prefix === '' ? {} : { CC: `${prefix}gcc`, CXX: `${prefix}g++` }
  for (const name of addons) {
    const folder = stage(name)
    const options = ['--napi', '--strip', '--name', name, '--arch', arch, '--platform', 'linux']
    await step(
      `building ${platform}/${name}.node to publish`,
      process.execPath,
      [
        installed('prebuildify/bin.js'),
        ...options,
        `--target=${process.versions.node}`,
        ...['--cwd', folder, '--out', root],
      ],
      { env: { ...buildEnvironment(), ...compiler, PREBUILD_STRIP_BIN: `${prefix}strip` } },
    )
    rmSync(folder, { recursive: true })
  }
  const wrong = await checkNativeSymbols(root, product(platform).outputs)
  if (wrong.length === 0) return
  process.stderr.write(`${wrong.join('\n')}\n`)
  throw new Failed()
}

/**
 * Builds the prebuilds that are out of date.
 *
 * @param {string[]} [asked]
 */
export async function prebuilds(asked = platforms) {
  const named = asked.map(platform => (platform === 'here' ? here : platform))
  const unknown = named.find(platform => platform !== here && !platforms.includes(platform))
  if (unknown !== undefined) {
    process.stderr.write(`no platform '${unknown}': expected ${platforms.join(', ')} or here\n`)
    throw new Failed(2)
  }
  for (const platform of named) {
    await refresh(root, product(platform), () => prebuild(platform))
  }
  // npm packs everything in prebuilds, so stale files are deleted.
  for (const platform of readdirSync(join(root, 'prebuilds')))
    if (!isPrebuilt(platform)) rmSync(join(root, 'prebuilds', platform), { recursive: true })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(async () => {
    await build()
    const given = process.argv.slice(2)
    await prebuilds(given.length > 0 ? given : platforms)
  })
}
