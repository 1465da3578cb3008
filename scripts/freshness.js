// Decides what is out of date: compares the inputs of each product with those of its last build.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * @param {string} root
 * @param {string} path a file or a folder
 * @returns {string[]} one line for each file
 */
function describe(root, path) {
  const stat = statSync(join(root, path), { bigint: true, throwIfNoEntry: false })
  if (stat === undefined) return [`${path} missing`]
  if (!stat.isDirectory()) return [`${path} ${stat.size} ${stat.mtimeNs}`]
  return readdirSync(join(root, path))
    .sort()
    .flatMap(name => describe(root, join(path, name)))
}

/**
 * Every input file with its size and modification time. Unlike the newest time alone, this also changes if a file is
 * deleted or replaced by an older one.
 *
 * @param {string} root
 * @param {string[]} inputs files and folders
 * @returns {string}
 */
export function fingerprint(root, inputs) {
  return `${inputs.flatMap(path => describe(root, path)).join('\n')}\n`
}

/**
 * @typedef {object} Product
 * @property {string} stamp where the fingerprint of the last good build is kept
 * @property {string[]} inputs
 * @property {string[]} outputs files that must exist
 */

/**
 * @param {string} root
 * @param {Product} product
 * @returns {boolean}
 */
export function isFresh(root, { stamp, inputs, outputs }) {
  const path = join(root, stamp)
  if (!outputs.every(output => existsSync(join(root, output)))) return false
  return existsSync(path) && readFileSync(path, 'utf8') === fingerprint(root, inputs)
}

/**
 * Builds a product unless it is fresh. The fingerprint is taken before the build and written after it, so the product
 * stays stale if the build fails, or if a file is saved during the build.
 *
 * @param {string} root
 * @param {Product} product
 * @param {() => Promise<void>} build
 * @returns {Promise<void>}
 */
export async function refresh(root, product, build) {
  if (isFresh(root, product)) return
  const stamp = join(root, product.stamp)
  const before = fingerprint(root, product.inputs)
  rmSync(stamp, { force: true })
  await build()
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, before)
}

/** @param {string} path */
function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
}

/** @typedef {{ version: string, optional?: boolean, link?: boolean }} Locked */

/**
 * Whether node_modules contains the packages in the lockfile. Optional ones may be missing, because they are for other
 * machines.
 *
 * @param {string} root
 * @returns {boolean}
 */
export function areDependenciesFresh(root) {
  const { '': own, ...wanted } = readJson(join(root, 'package-lock.json')).packages ?? {}
  const there = readJson(join(root, 'node_modules/.package-lock.json')).packages
  if (own === undefined || there === undefined) return false
  const { dependencies, devDependencies } = readJson(join(root, 'package.json'))
  const same = (/** @type {unknown} */ a, /** @type {unknown} */ b) =>
    JSON.stringify(a ?? {}) === JSON.stringify(b ?? {})
  return (
    same(dependencies, own.dependencies) &&
    same(devDependencies, own.devDependencies) &&
    Object.entries(/** @type {Record<string, Locked>} */ (wanted)).every(
      ([path, { version, optional }]) =>
        path in there ? there[path].version === version : optional === true,
    ) &&
    Object.keys(there).every(path => path in wanted)
  )
}
