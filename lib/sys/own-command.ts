import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join, relative } from 'node:path'
import { isClone, packageFolder } from './package-folder.ts'
import { shellWord } from './shell-word.ts'

/** A bundle may have no package folder, but it never calls these functions. */
const root = packageFolder() ?? '/'
const inClone = 'node dist/cli/main.js'
const installed = 'npx epollet'

/** Where the user will type a command line. */
export interface Place {
  readonly root: string
  readonly cwd: string
  /** The environment variable PATH. */
  readonly path: string
  readonly runtime: 'node' | 'bun' | 'deno'
}

function here(): Place {
  const runtime = 'bun' in process.versions ? 'bun' : 'deno' in process.versions ? 'deno' : 'node'
  return { root, cwd: workingDirectory(), path: process.env['PATH'] ?? '', runtime }
}

/** Falls back to `/` if the working directory was removed, because no relative path works then. */
function workingDirectory(): string {
  try {
    return process.cwd()
  } catch {
    return '/'
  }
}

/** The command that runs this program from the working directory: `node dist/cli/main.js` in a clone. */
export function ownCommand(place: Place = here()): string {
  const program = join(place.root, 'dist/cli/main.js')
  // The program's shebang line starts Node, so other runtimes must be named explicitly.
  if (place.runtime === 'node') {
    if (isOnPath(program, place.path)) return 'epollet'
    if (isInstalledAbove(place.cwd, place.root)) return installed
  }
  const below = relative(place.cwd, program)
  const isBelow = place.cwd !== '/' && !below.startsWith('..')
  const path = shellWord(isBelow ? below : program)
  return `${place.runtime === 'deno' ? 'deno run --allow-all' : place.runtime} ${path}`
}

/** The command for readers on other machines, without a path of this machine. */
export function publicCommand(place: Place = here()): string {
  if (isClone(place.root)) return inClone
  return isOnPath(join(place.root, 'dist/cli/main.js'), place.path) ? 'epollet' : installed
}

/** The command that restores missing files of this package. */
export function howToRepair(directory: string = root): string {
  return isClone(directory) ? 'npm run build' : 'install epollet again'
}

/** Ignores node_modules/.bin: npx and npm scripts add it to PATH, but the reader's shell does not have it. */
function isOnPath(program: string, path: string): boolean {
  const own = realPath(program)
  return path
    .split(delimiter)
    .filter(directory => directory !== '' && !/\/node_modules\/\.bin\/?$/.test(directory))
    .some(directory => own !== null && realPath(join(directory, 'epollet')) === own)
}

/** Whether npx finds this package from the directory or one above it. */
function isInstalledAbove(directory: string, packageRoot: string): boolean {
  const modules = join(directory, 'node_modules')
  const found = existsSync(join(modules, '.bin/epollet'))
    ? realPath(join(modules, 'epollet'))
    : null
  const isHere = found !== null && found === realPath(packageRoot)
  const above = dirname(directory)
  return isHere || (above !== directory && isInstalledAbove(above, packageRoot))
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}
