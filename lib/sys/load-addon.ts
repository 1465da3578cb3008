import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { isClone, packageFolder } from './package-folder.ts'
import { shellWord } from './shell-word.ts'

/** A path that was tried, and why it failed. */
export interface Attempt {
  readonly path: string
  readonly reason: string
}

/** The path of the loaded addon, or why none was loaded: the message names the cause and a remedy. */
export type AddonState =
  | { readonly path: string }
  | { readonly tried: readonly Attempt[]; readonly message: string }

interface Failure extends Attempt {
  readonly code: string
}

const { platform, arch } = process
const notThere = 'not found'
/** `e_machine` of the ELF header, as Node names it in `process.arch`. */
const machines: Readonly<Record<number, string>> = {
  3: 'ia32',
  8: 'mips',
  21: 'ppc64',
  22: 's390x',
  40: 'arm',
  62: 'x64',
  183: 'arm64',
  243: 'riscv64',
  258: 'loong64',
}
const elfHeaderBytes = 64

const root = packageFolder()

type Loaded<Exports> =
  | { exports: Exports; state: { readonly path: string } }
  | { exports: null; state: { readonly tried: readonly Attempt[]; readonly message: string } }

/** Loads an addon of this package: the one built here or the published one. */
export function loadAddon<Exports extends object>(
  name: 'epollet' | 'bench',
  probe: keyof Exports & string,
): Loaded<Exports> {
  if (platform !== 'linux') {
    const message = `epollet does not run here: epoll is part of the Linux kernel, and this is ${platform}. Use Linux, a container, or WSL 2`
    return { exports: null, state: { tried: [], message } }
  }
  const override = name === 'epollet' ? process.env['EPOLLET_ADDON'] : undefined
  const isOverridden = override !== undefined && override !== ''
  const failures: Failure[] = []
  for (const path of isOverridden ? [resolve(override)] : addonPaths(name)) {
    const found = attempt<Exports>(path, probe)
    if ('exports' in found) return { exports: found.exports, state: { path } }
    failures.push(found)
  }
  const [cause, help] = explain(name, failures, isOverridden)
  const tried = failures.map(({ path, reason }) => ({ path, reason }))
  const subject = name === 'bench' ? "the bench's native addon" : "epollet's native addon"
  const message = `${subject} could not be loaded: ${cause}. ${help}`
  return { exports: null, state: { tried, message } }
}

function addonPaths(name: string): string[] {
  if (root === undefined) return []
  return [`build/Release/${name}.node`, `prebuilds/${platform}-${arch}/${name}.node`].map(path =>
    join(root, path),
  )
}

function attempt<Exports extends object>(
  path: string,
  probe: keyof Exports,
): { exports: Exports } | Failure {
  if (!isThere(path)) return { path, reason: notThere, code: 'ENOENT' }
  const fault = faultOf(path)
  if (fault !== undefined) return { path, reason: fault, code: '' }
  try {
    // require() does the same, but only for files that end in .node.
    const module = { exports: {} as Exports }
    process.dlopen(module, path)
    const { exports } = module
    if (typeof exports[probe] === 'function') return { exports }
    return { path, reason: 'it is not an addon of epollet', code: '' }
  } catch (error) {
    const { message, code = '' } = error as NodeJS.ErrnoException
    const [line = ''] = message.split('\n')
    return { path, reason: line.replace(`${path}: `, ''), code }
  }
}

/** `--permission` may forbid this check even though it allows loading. */
function isThere(path: string): boolean {
  try {
    return existsSync(path)
  } catch {
    return true
  }
}

type Explanation = readonly [cause: string, help: string]

function explain(name: string, failures: readonly Failure[], isOverridden: boolean): Explanation {
  if (failures.some(({ code }) => code === 'ERR_DLOPEN_DISABLED')) return disabled()
  const broken = failures.find(({ code }) => code !== 'ENOENT')
  if (broken !== undefined) return unloadable(broken, isOverridden)
  if (isOverridden) {
    return [
      `EPOLLET_ADDON names ${failures[0]!.path}, which does not exist`,
      'Correct it or unset it',
    ]
  }
  return missing(name)
}

function disabled(): Explanation {
  const options = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)]
  const isRestricted = options.some(option => /^--(experimental-)?permission$/.test(option))
  if (isRestricted && !options.includes('--allow-addons')) {
    return [
      "Node's permission model forbids addons",
      'Start Node with --allow-addons in addition to --permission',
    ]
  }
  return [
    'Node was started with --no-addons',
    'Remove that option from the command line and from NODE_OPTIONS',
  ]
}

function missing(name: string): Explanation {
  if (root === undefined || !isPackage(root)) {
    return [
      'this code is bundled, and the addon is not next to it',
      `Keep epollet external (esbuild: --external:epollet; vite: ssr.external), or set EPOLLET_ADDON to the path of the package's ${published(name)}`,
    ]
  }
  if (isClone(root)) return [`it was not built in ${root}`, 'Build it: npm run build']
  const known = folders(join(root, 'prebuilds'))
  if (known.length > 0 && !known.includes(`${platform}-${arch}`)) {
    const list = known.join(' and ')
    return [
      `the package has it for ${list}, but this is ${platform}-${arch}`,
      `Build it from source: ${buildCommand(root)}`,
    ]
  }
  return [
    `${join(root, published(name))} is missing from the installed package`,
    `Install the package again, or build it from source: ${buildCommand(root)}`,
  ]
}

function unloadable({ path, reason }: Failure, isOverridden: boolean): Explanation {
  const cause = `${path}: ${reason}`
  if (/failed to map segment|Operation not permitted/.test(reason)) {
    return [
      cause,
      'The mount may forbid running programs (noexec): copy the file elsewhere and set EPOLLET_ADDON to the copy',
    ]
  }
  if (/Permission denied|EACCES/.test(reason)) return [cause, 'Make it readable for this user']
  return [cause, remedy(path, isOverridden)]
}

function remedy(path: string, isOverridden: boolean): string {
  if (isOverridden) return "Correct EPOLLET_ADDON, or unset it to load the package's addon"
  // The build keeps a file that looks up to date, so remove it first.
  if (isClone(root!)) return `Build it again: rm -rf build && npm run build`
  const command = buildCommand(root!)
  if (path.startsWith(join(root!, 'prebuilds')))
    return `Install the package again, or build it from source: ${command}`
  return `Remove ${shellWord(dirname(path))}, or build it again: ${command}`
}

/** Installs the build tools in the package's native folder, so that it works with any package manager. */
function buildCommand(folder: string): string {
  const tools = 'node-gyp@12 node-addon-api@8 node-api-headers@1'
  return `cd ${shellWord(join(folder, 'native'))} && npm install --prefix . ${tools} && node_modules/.bin/node-gyp rebuild --nodedir=. && rm -rf ../build && mv build ..`
}

function published(name: string): string {
  return `prebuilds/${platform}-${arch}/${name}.node`
}

function isPackage(folder: string): boolean {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name === 'epollet'
  } catch {
    return false
  }
}

function folders(path: string): string[] {
  try {
    return readdirSync(path).sort()
  } catch {
    return []
  }
}

/**
 * Why a file cannot be loaded here, according to its ELF header. The header is checked first, because the C library's
 * error for another processor's file is vague, and loading a truncated file kills the process (SIGBUS).
 */
function faultOf(path: string): string | undefined {
  const found = headerOf(path)
  if (found === undefined) return undefined
  const { header, fileBytes } = found
  if (header.toString('latin1', 0, 4) !== '\x7fELF' || fileBytes < elfHeaderBytes)
    return 'it is not a shared library'
  const isBigEndian = header[5] === 2
  const machine = machines[isBigEndian ? header.readUInt16BE(18) : header.readUInt16LE(18)]
  if (machine !== undefined && machine !== arch)
    return `it is for ${machine}, but this Node is for ${arch}`
  // A complete file ends with its section table. These are the offsets of a 64-bit file.
  const is64Bit = header[4] === 2
  if (!is64Bit || isBigEndian) return undefined
  const tableBytes = header.readUInt16LE(58) * header.readUInt16LE(60)
  const wholeBytes = Number(header.readBigUInt64LE(40)) + tableBytes
  return fileBytes < wholeBytes ? `it is truncated, ${fileBytes} of ${wholeBytes} bytes` : undefined
}

/** Undefined if the file cannot be read: loading it reports why. */
function headerOf(path: string): { header: Buffer; fileBytes: number } | undefined {
  const header = Buffer.alloc(elfHeaderBytes)
  try {
    const fd = openSync(path, 'r')
    try {
      readSync(fd, header, 0, elfHeaderBytes, 0)
      return { header, fileBytes: fstatSync(fd).size }
    } finally {
      closeSync(fd)
    }
  } catch {
    return undefined
  }
}
