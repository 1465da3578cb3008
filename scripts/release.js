// npm run release: checks that this tree can be released, tests it, and writes the package and its SBOM to
// build/release. It publishes only with --publish.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isPrebuilt, platforms } from './prebuilds.js'
import { root } from './project.js'
import { binaryComplaint, refusals } from './release-refusals.js'
import { collect, Failed, main, step } from './run.js'

const folder = join(root, 'build/release')
const names = ['epollet', 'bench']

/** @param {string} path */
function read(path) {
  return readFileSync(join(root, path), 'utf8')
}

/** The output of git; empty if git fails. @param {string[]} args */
async function git(...args) {
  const { status, output } = await collect('git', args)
  return status === 0 ? output.trimEnd() : ''
}

/** @param {string} path */
async function loadComplaint(path) {
  const code = 'require(process.argv[1])'
  const { status, output } = await collect(process.execPath, ['-e', code, join(root, path)])
  return status === 0 ? '' : `does not load (${output.match(/^Error: .*/m)?.[0] ?? 'crash'})`
}

/**
 * @param {string} platform
 * @param {string} name
 * @returns {Promise<[path: string, wrong: string]>}
 */
async function binary(platform, name) {
  const path = `prebuilds/${platform}/${name}.node`
  if (!existsSync(join(root, path))) return [path, 'is missing']
  const arch = platform.replace('linux-', '')
  const wrong = binaryComplaint(readFileSync(join(root, path)), arch)
  if (wrong !== '') return [path, wrong]
  if (!isPrebuilt(platform)) return [path, 'is older than its sources']
  return [path, arch === process.arch ? await loadComplaint(path) : '']
}

/**
 * @param {boolean} publishing
 * @returns {Promise<import('./release-refusals.js').Facts>}
 */
async function facts(publishing) {
  const manifest = JSON.parse(read('package.json'))
  const files = platforms.flatMap(platform => names.map(name => binary(platform, name)))
  return {
    manifest,
    lockfile: JSON.parse(read('package-lock.json')),
    changelog: read('CHANGELOG.md'),
    today: new Date().toISOString().slice(0, 10),
    changes: await git('status', '--porcelain'),
    head: await git('rev-parse', 'HEAD'),
    tagged: await git('rev-parse', '--quiet', '--verify', `v${manifest.version}^{commit}`),
    publishing,
    binaries: await Promise.all(files),
  }
}

/** Exits after printing all reasons against a release, if there are any. @param {boolean} publishing */
export async function check(publishing) {
  const found = refusals(await facts(publishing))
  for (const refusal of found) process.stderr.write(`no release: ${refusal}\n`)
  if (found.length > 0) throw new Failed()
}

/** Packs into build/release, and returns the tarball's path. */
export async function pack() {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await step('packing', 'npm', ['pack', '--pack-destination', folder])
  const { name, version } = JSON.parse(read('package.json'))
  return join(folder, `${name}-${version}.tgz`)
}

/** The package's dependencies as SPDX, from the lockfile. The lockfile has no addresses, so no registry is named. */
export function bill() {
  const args = ['sbom', '--sbom-format=spdx', '--omit=dev', '--package-lock-only']
  return execFileSync('npm', args, { cwd: root, encoding: 'utf8' })
}

/** @param {string[]} args */
async function release(args) {
  const unknown = args.find(arg => arg !== '--publish')
  if (unknown !== undefined) {
    process.stderr.write(`expected --publish or nothing, got ${unknown}\n`)
    throw new Failed(2)
  }
  const publishing = args.includes('--publish')
  await check(publishing)
  await step('npm test', 'npm', ['test', '--silent'])
  await step('npm run check', 'npm', ['run', '--silent', 'check'])
  const tarball = await pack()
  const parts = tarball.replace(/\.tgz$/, '.spdx.json')
  writeFileSync(parts, bill())
  console.log(`${tarball}\n${parts}`)
  // Checks again that the tree did not change while the tests ran and the files were packed.
  await check(publishing)
  if (!publishing) return
  await step('publishing', 'npm', ['publish', tarball, '--provenance', '--access=public'])
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(() => release(process.argv.slice(2)))
}
