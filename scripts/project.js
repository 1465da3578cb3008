import { readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * The prefix of the running Node, if its own headers lie below it; building then needs no network.
 *
 * @param {string} node
 * @param {string} version
 * @returns {string | undefined}
 */
export function headersBeside(
  node = realpathSync(process.execPath),
  version = process.versions.node,
) {
  const prefix = dirname(dirname(node))
  try {
    const header = readFileSync(join(prefix, 'include/node/node_version.h'), 'utf8')
    const numbers = ['MAJOR', 'MINOR', 'PATCH'].map(
      part => new RegExp(`#define NODE_${part}_VERSION (\\d+)`).exec(header)?.[1],
    )
    return numbers.join('.') === version.split('-')[0] ? prefix : undefined
  } catch {
    return undefined
  }
}

/**
 * The environment for node-gyp, prebuildify and cmake-js, which all heed npm_config_nodedir. A user's own
 * setting may be another Node's, so it counts only where nothing better is known.
 *
 * @param {string | undefined} prefix
 * @returns {NodeJS.ProcessEnv}
 */
export function buildEnvironment(prefix = headersBeside()) {
  if (prefix === undefined) return { ...process.env }
  const others = Object.entries(process.env).filter(
    ([name]) => name.toLowerCase() !== 'npm_config_nodedir',
  )
  return { ...Object.fromEntries(others), npm_config_nodedir: prefix }
}

/** @param {string} module a path below node_modules */
export function installed(module) {
  return join(root, 'node_modules', module)
}
