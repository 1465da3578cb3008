import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * The environment for node-gyp and prebuildify: they take what they want of Node's headers from native/, so that
 * no headers have to be there or to be fetched. A user's own setting is another Node's.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function buildEnvironment() {
  const others = Object.entries(process.env).filter(
    ([name]) => name.toLowerCase() !== 'npm_config_nodedir',
  )
  return { ...Object.fromEntries(others), npm_config_nodedir: join(root, 'native') }
}

/** @param {string} module a path below node_modules */
export function installed(module) {
  return join(root, 'node_modules', module)
}
