// Finds missing tools, and prints how to install them.
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Failed } from './run.js'

const nodeAtLeast = [20, 19]

/**
 * The name of each tool on PATH and of its package in each distribution. Only Debian's cross compilers include the
 * other processor's C library.
 *
 * @type {Record<string, { commands: string[], apt: string, dnf?: string, apk?: string }>}
 */
const tools = {
  npm: { commands: ['npm'], apt: 'npm', dnf: 'npm', apk: 'npm' },
  'a C++ compiler (g++ or clang++)': {
    commands: ['g++', 'clang++'],
    apt: 'g++',
    dnf: 'gcc-c++',
    apk: 'g++ linux-headers',
  },
  make: { commands: ['make'], apt: 'make', dnf: 'make', apk: 'make' },
  python3: { commands: ['python3'], apt: 'python3', dnf: 'python3', apk: 'python3' },
  cmake: { commands: ['cmake'], apt: 'cmake', dnf: 'cmake', apk: 'cmake' },
  strip: { commands: ['strip'], apt: 'binutils', dnf: 'binutils', apk: 'binutils' },
  'aarch64-linux-gnu-g++': { commands: ['aarch64-linux-gnu-g++'], apt: 'g++-aarch64-linux-gnu' },
  'x86_64-linux-gnu-g++': { commands: ['x86_64-linux-gnu-g++'], apt: 'g++-x86-64-linux-gnu' },
}

/** @typedef {'apt' | 'dnf' | 'apk'} Manager */

/** @type {Record<Manager, { distributions: string, command: string }>} */
const managers = {
  apt: { distributions: 'Debian, Ubuntu', command: 'apt-get install -y' },
  dnf: { distributions: 'Fedora', command: 'dnf install -y' },
  apk: { distributions: 'Alpine', command: 'apk add' },
}

// Debian's package of Node may be too old, so apt installs npm, and npm installs Node.
/** @type {Record<Manager, string>} */
const newerNode = {
  apt: 'sudo npm install --global node@22',
  dnf: 'sudo dnf install -y nodejs npm',
  apk: 'sudo apk add nodejs npm',
}

/**
 * @param {string} command
 * @param {string} [path] as in PATH
 * @returns {boolean}
 */
export function isThere(command, path = process.env['PATH'] ?? '') {
  return path.split(delimiter).some(folder => {
    try {
      accessSync(join(folder, command), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/**
 * The package managers for the distribution in an os-release(5) file; all of them if it is unknown.
 *
 * @param {string} release
 * @returns {Manager[]}
 */
export function managersFor(release) {
  const ids = /^ID(_LIKE)?=.*/gm
  const names = (release.match(ids) ?? []).join(' ')
  if (/debian|ubuntu/.test(names)) return ['apt']
  if (/fedora|rhel|centos/.test(names)) return ['dnf']
  if (/alpine/.test(names)) return ['apk']
  return ['apt', 'dnf', 'apk']
}

/**
 * A message that names the missing tools and the command that installs them; undefined if none is missing.
 *
 * @param {string[]} needed names of {@link tools}
 * @param {{ path?: string | undefined, release?: string, user?: number | undefined }} [machine]
 * @returns {string | undefined}
 */
export function missing(needed, machine = {}) {
  const { path, release = osRelease(), user = process.getuid?.() } = machine
  const absent = needed.filter(
    name => !tools[name]?.commands.some(command => isThere(command, path)),
  )
  if (absent.length === 0) return undefined
  const here = managersFor(release)
  const having = here.filter(manager => absent.every(name => tools[name]?.[manager] !== undefined))
  /** @type {Manager[]} */
  const found = having.length > 0 ? having : ['apt']
  const lines = found.map(manager => {
    const packages = absent.map(name => tools[name]?.[manager]).join(' ')
    const { distributions, command } = managers[manager]
    const where = here.length > 1 || having.length === 0 ? `  (${distributions})` : ''
    return `  ${user === 0 ? '' : 'sudo '}${command} ${packages}${where}`
  })
  return `Missing: ${absent.join(', ')}. Install with:\n${lines.join('\n')}\n`
}

function osRelease() {
  return existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
}

/**
 * @param {string} version
 * @param {{ release?: string, user?: number | undefined }} [machine]
 * @returns {string | undefined}
 */
export function oldNode(version = process.versions.node, machine = {}) {
  const { release = osRelease(), user = process.getuid?.() } = machine
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [majorAtLeast = 0, minorAtLeast = 0] = nodeAtLeast
  if (major > majorAtLeast || (major === majorAtLeast && minor >= minorAtLeast)) return undefined
  const lines = managersFor(release).map(
    manager => `  ${newerNode[manager].replaceAll('sudo ', user === 0 ? '' : 'sudo ')}`,
  )
  const wanted = nodeAtLeast.join('.')
  return `Node ${version} is too old: ${wanted} is needed. Install it with:\n${lines.join('\n')}\n`
}

/**
 * @param {string[]} needed
 * @throws {Failed} after printing the missing tools
 */
export function demand(needed) {
  const complaint = oldNode() ?? missing(needed)
  if (complaint === undefined) return
  process.stderr.write(complaint)
  throw new Failed()
}

/** The tools that compiling the addon needs. */
export const compiling = ['a C++ compiler (g++ or clang++)', 'make', 'python3']
