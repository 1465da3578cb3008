import { arch, platform, release } from 'node:os'
import { join } from 'node:path'
import { addonState, fileText, kernelFeatures, packageFolder } from '../sys/index.ts'
import { printHelp } from './help.ts'
import { parsedOptions } from './options.ts'
import { version } from './version.ts'

const usage = `usage: epollet info [--json]

  Shows the system, the kernel and its features, the versions, and which addon
  was loaded. The exit status is 1 if no addon could be loaded.

  --json    print JSON
  --help    show this text
`

/** Bun and Deno also report the Node version that they imitate, so they are checked first. */
function runtime(): string {
  const { bun, deno, node } = process.versions
  if (bun !== undefined) return `Bun ${bun}`
  return deno === undefined ? `Node ${node}` : `Deno ${deno}`
}

/** See os-release(5). */
function distribution(): string {
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    const [, name] = /^PRETTY_NAME=["']?([^"'\n]+)/m.exec(fileText(path)) ?? []
    if (name !== undefined) return name
  }
  return 'unknown'
}

function libc(): string {
  const maps = fileText('/proc/self/maps')
  if (/\/(?:ld-musl-|libc\.musl-)/.test(maps)) return 'musl'
  if (!maps.includes('/libc.so.6') && !/\/libc-2\.\d+\.so/.test(maps)) return 'unknown'
  return `glibc ${glibcVersion()}`.trimEnd()
}

function glibcVersion(): string {
  const report = process.report as
    | (typeof process.report & { excludeNetwork?: boolean })
    | undefined
  if (report === undefined) return ''
  try {
    // Otherwise the report resolves every peer's host name, which takes seconds.
    report.excludeNetwork = true
    const { header } = report.getReport() as unknown as { header: { glibcVersionRuntime?: string } }
    return header.glibcVersionRuntime ?? ''
  } catch {
    return ''
  }
}

function originOf(path: string): string {
  const { EPOLLET_ADDON: override = '' } = process.env
  if (override !== '') return 'EPOLLET_ADDON'
  return path.startsWith(join(packageFolder() ?? '/', 'prebuilds')) ? 'prebuilt' : 'built here'
}

function collect(): Record<string, unknown> {
  const path = 'path' in addonState ? addonState.path : null
  return {
    epollet: version,
    runtime: runtime(),
    node: process.version,
    'Node-API': process.versions['napi'],
    libuv: process.versions.uv,
    host: distribution(),
    kernel: `${platform()} ${release()} ${arch()}`,
    libc: libc(),
    features: path === null ? {} : kernelFeatures(),
    addon: path,
    origin: path === null ? null : originOf(path),
    tried: 'path' in addonState ? [] : addonState.tried,
  }
}

function lines({ origin, tried, ...rest }: Record<string, unknown>): string {
  const addon = rest['addon'] === null ? 'not loaded' : `${rest['addon']} (${origin})`
  const rows = { ...rest, addon }
  const width = Math.max(...Object.keys(rows).map(name => name.length))
  return Object.entries(rows)
    .map(([name, value]) => `${name.padEnd(width)}  ${inWords(value)}\n`)
    .join('')
}

function inWords(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value ?? 'unknown')
  const found = Object.entries(value)
  return found.map(([name, there]) => `${name} ${there ? 'yes' : 'no'}`).join(', ') || 'unknown'
}

/** `epollet info`: prints what a bug report needs. */
export function info(args: string[]): void {
  const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const
  const { values } = parsedOptions({ args, options })
  if (values.help === true) return printHelp(usage)
  const report = collect()
  const text = values.json === true ? `${JSON.stringify(report, null, 2)}\n` : lines(report)
  process.stdout.write(text)
  // Throws the error of loading the addon, which contains the cause and the remedy.
  if (report['addon'] === null) kernelFeatures()
}
