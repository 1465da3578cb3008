import { join } from 'node:path'
import { installed, root } from './project.js'
import { step } from './run.js'
import { compiling, demand } from './tools.js'

/**
 * Builds the addon with cmake-js in build-cmake/, and returns its path.
 *
 * @param {{ sanitize: boolean }} options
 * @returns {Promise<string>}
 */
export async function cmakeAddon({ sanitize }) {
  demand([...compiling, 'cmake'])
  const out = join('build-cmake', sanitize ? 'sanitize' : 'plain')
  const args = [
    installed('cmake-js/bin/cmake-js'),
    'compile',
    '--out',
    out,
    `--CDSANITIZE=${sanitize ? 'ON' : 'OFF'}`,
  ]
  const title = sanitize ? 'building the addon with sanitizers' : 'building the addon with cmake-js'
  await step(title, process.execPath, args)
  return join(root, out, 'Release/epollet.node')
}
