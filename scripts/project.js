// The project's folder, and the environment in which its tools run.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * The environment in which node-gyp and prebuildify find Node's headers in native/, so that none have to be installed
 * or downloaded. It overrides the user's setting, which would point to the headers of another Node.
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
