import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join, relative } from 'node:path'
import { isClone, packageFolder } from './package-folder.ts'
import { shellWord } from './shell-word.ts'

/** In a bundle there may be none, and nobody asks. */
const root = packageFolder() ?? '/'
const inClone = 'node dist/cli/main.js'
const installed = 'npx epollet'

/** The place that a command line is written for. */
export interface Place {
  /** The package's directory. */
  readonly root: string
  readonly cwd: string
  /** The variable of the environment. */
  readonly path: string
  /** What runs this program. */
  readonly runtime: 'node' | 'bun' | 'deno'
}

function here(): Place {
  const runtime = 'bun' in process.versions ? 'bun' : 'deno' in process.versions ? 'deno' : 'node'
  return { root, cwd: workingDirectory(), path: process.env['PATH'] ?? '', runtime }
}

/** The root where it has been removed: no relative path works then. */
function workingDirectory(): string {
  try {
    return process.cwd()
  } catch {
    return '/'
  }
}

/** What to type in the working directory to run this program: `node dist/cli/main.js` in a clone. */
export function ownCommand(place: Place = here()): string {
  const program = join(place.root, 'dist/cli/main.js')
  // The first line of the program asks for Node.
  if (place.runtime === 'node') {
    if (isOnPath(program, place.path)) return 'epollet'
    if (isInstalledAbove(place.cwd, place.root)) return installed
  }
  const below = relative(place.cwd, program)
  const isBelow = place.cwd !== '/' && !below.startsWith('..')
  const path = shellWord(isBelow ? below : program)
  return `${place.runtime === 'deno' ? 'deno run --allow-all' : place.runtime} ${path}`
}

/** The same for readers on other machines: it names no directory of this one. */
export function publicCommand(place: Place = here()): string {
  if (isClone(place.root)) return inClone
  return isOnPath(join(place.root, 'dist/cli/main.js'), place.path) ? 'epollet' : installed
}

/** What brings back files of this package that are missing. */
export function howToRepair(directory: string = root): string {
  return isClone(directory) ? 'npm run build' : 'install epollet again'
}

/** npx and npm scripts put a project's own programs on the path of what they run, and no reader's shell has those. */
function isOnPath(program: string, path: string): boolean {
  const own = realPath(program)
  return path
    .split(delimiter)
    .filter(directory => directory !== '' && !/\/node_modules\/\.bin\/?$/.test(directory))
    .some(directory => own !== null && realPath(join(directory, 'epollet')) === own)
}

/** Whether npx finds this very package from a directory: its program is linked there, or further up. */
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
