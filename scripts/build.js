import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { benchPage, buildBenchPage } from './bench-page.js'
import { areDependenciesFresh, isFresh, refresh } from './freshness.js'
import { buildPage, page } from './page.js'
import { buildEnvironment, installed, root } from './project.js'
import { main, stage, step } from './run.js'
import { compiling, demand, isThere } from './tools.js'

const addon = {
  stamp: 'build/.built',
  inputs: [
    'binding.gyp',
    'native',
    'node_modules/node-addon-api/package.json',
    'node_modules/node-api-headers/package.json',
  ],
  outputs: ['build/Release/epollet.node', 'build/Release/bench.node'],
}

const dist = {
  stamp: 'dist/.built',
  inputs: [
    'lib',
    'tsconfig.json',
    'tsconfig.build.json',
    'scripts/bundle.js',
    'scripts/constants.js',
    'node_modules/typescript/package.json',
    'node_modules/esbuild/package.json',
  ],
  outputs: ['dist/index.js', 'dist/index.d.ts'],
}

/**
 * Installs the packages in the lockfile, without changing it. npm ci would refuse a lockfile that lacks optional
 * packages for other machines, and not every registry has those.
 */
export async function install() {
  if (areDependenciesFresh(root)) return
  demand(['npm'])
  // `npm pack --dry-run` passes its --dry-run on to this npm.
  const options = ['--no-save', '--no-dry-run', '--include=dev', '--ignore-scripts']
  await step('installing', 'npm', ['install', ...options, '--no-audit', '--no-fund'])
}

function compilers() {
  const env = buildEnvironment()
  if (env['CXX'] !== undefined || isThere('g++')) return env
  return { ...env, CC: 'clang', CXX: 'clang++' }
}

async function buildAddon() {
  const gyp = installed('node-gyp/bin/node-gyp.js')
  const args = [gyp, 'configure', 'build', '--release', '--jobs=max']
  await step('building the addon', process.execPath, args, { env: compilers() })
}

// Compiles into another folder and then replaces dist with it, so that no file of a deleted source remains.
async function buildDist() {
  const compiled = join(root, 'dist.tmp/compiled')
  const next = join(root, 'dist.tmp/bundled')
  rmSync(join(root, 'dist.tmp'), { recursive: true, force: true })
  const args = [installed('typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--outDir', compiled]
  const maps = process.env['EPOLLET_SOURCE_MAPS'] !== undefined
  if (maps) args.push('--inlineSourceMap')
  await step('building dist', process.execPath, args)
  // Imported here, because it needs a package that install() may have just installed.
  const { bundle } = await import('./bundle.js')
  await bundle(compiled, next, maps)
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  renameSync(next, join(root, 'dist'))
  rmSync(join(root, 'dist.tmp'), { recursive: true })
}

/** Builds everything that is out of date. */
export async function build() {
  demand(isFresh(root, addon) ? [] : compiling)
  await install()
  await refresh(root, addon, buildAddon)
  await refresh(root, dist, buildDist)
  await refresh(root, page, () => stage('building the page of the lab', buildPage))
  await refresh(root, benchPage, () => stage('building the page of the bench', buildBenchPage))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(build)
