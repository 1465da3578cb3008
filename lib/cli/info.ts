import { constants } from 'node:fs'
import { arch, platform, release } from 'node:os'
import { EventBuffer } from '../core/index.ts'
import { addonState, native } from '../sys/index.ts'
import { parsedOptions } from './options.ts'
import { version } from './version.ts'

const usage = `usage: epollet info [--json]

  Shows the kernel, which of its features are there, the versions, and how the addon was loaded.

  --json    the same for programs
  --help    this text
`
const RESOLVE_BENEATH = 8
const EBADF = -9

/** Whether a system call exists and is allowed: asked in a way that can only fail for another reason, or succeed. */
function features(): Record<string, boolean> {
  const events = new EventBuffer(1)
  const opened = native.openat2(
    -100,
    '.',
    constants.O_RDONLY | constants.O_DIRECTORY,
    0,
    RESOLVE_BENEATH,
  )
  if (opened >= 0) native.close(opened)
  return {
    epoll_pwait2: native.epollPwait2(-1, events.words, 1, 0) === EBADF,
    openat2: opened >= 0,
  }
}

function collect(): Record<string, unknown> {
  return {
    epollet: version,
    node: process.version,
    'Node-API': process.versions['napi'],
    libuv: process.versions.uv,
    kernel: `${platform()} ${release()} ${arch()}`,
    features: 'path' in addonState ? features() : {},
    addon: 'path' in addonState ? addonState.path : addonState.tried,
  }
}

function lines(report: Record<string, unknown>): string {
  const width = Math.max(...Object.keys(report).map(name => name.length))
  return Object.entries(report)
    .map(([name, value]) => `${name.padEnd(width)}  ${inWords(value)}\n`)
    .join('')
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) {
    return value.length === 0
      ? 'not loaded'
      : value.map(at => `${at.path}: ${at.reason}`).join('; ')
  }
  if (typeof value !== 'object' || value === null) return String(value)
  const found = Object.entries(value)
  return found.map(([name, there]) => `${name} ${there ? 'yes' : 'no'}`).join(', ') || 'unknown'
}

/** `epollet info`: what a bug report needs. */
export function info(args: string[]): void {
  const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const
  const { values } = parsedOptions({ args, options })
  if (values.help === true) process.stdout.write(usage)
  else if (values.json === true) process.stdout.write(`${JSON.stringify(collect(), null, 2)}\n`)
  else process.stdout.write(lines(collect()))
}
