// The root folder of another system, for trying the package on its C library.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { mirror, unpack } from './packages.ts'

/** Why another system's root can't be entered here; false if it can. */
export const lacking: string | false =
  process.getuid?.() === 0 ? false : 'it needs root, for chroot and mounts'

/** Makes a temporary folder, which is removed when the process exits. */
export function folder(name: string): string {
  const path = mkdtempSync(join(tmpdir(), `epollet-${name}-`))
  process.once('exit', () => rmSync(path, { recursive: true, force: true }))
  return path
}

export interface Ended {
  status: number | null
  stdout: string
  stderr: string
}

// In a mount namespace nothing stays mounted, even if the script is killed. The shell is the first process of a PID
// namespace: it reaps orphans, and when it ends, the kernel kills all others.
const enter = `
  mount -t proc proc "$1/proc"
  mount --rbind /dev "$1/dev"
  mount --rbind /sys "$1/sys"
  status=0
  chroot "$@" || status=$?
  exit "$status"`

/** The root folder of another system, on this kernel and its network. */
export class ForeignRoot {
  readonly path: string
  /** All environment variables of its programs. */
  readonly env: Record<string, string> = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
  }

  constructor(path: string) {
    this.path = path
    for (const name of ['dev', 'proc', 'sys', 'tmp'])
      mkdirSync(join(path, name), { recursive: true })
  }

  /** Makes a minimal Debian with debootstrap. */
  static async debian(suite: string): Promise<ForeignRoot> {
    const base = folder(suite)
    const tools = join(base, 'tools')
    await unpack(tools, 'debootstrap')
    const path = join(base, 'root')
    const script = join(tools, 'usr/sbin/debootstrap')
    const env = { ...process.env, DEBOOTSTRAP_DIR: join(tools, 'usr/share/debootstrap') }
    const words = ['--mount', '--', script, '--variant=minbase', suite, path, mirror()]
    const { status, stdout, stderr } = await started(words, env)
    if (status !== 0) throw new Error(`debootstrap failed for ${suite}:\n${stdout}${stderr}`)
    return new ForeignRoot(path)
  }

  /** The path on this machine for a path in this root. */
  outside(path: string): string {
    return join(this.path, path)
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.outside(path)), { recursive: true })
    writeFileSync(this.outside(path), text)
  }

  copy(from: string, path: string): void {
    cpSync(from, this.outside(path), { recursive: true, verbatimSymlinks: true })
  }

  /** Runs a program in this root until it ends. */
  run(...words: string[]): Promise<Ended> {
    const apart = ['--mount', '--pid', '--fork', '--kill-child', '--', 'sh', '-ec', enter, 'sh']
    return started([...apart, this.path, ...words], this.env)
  }

  /** Runs a program that must succeed, and returns its output. */
  async printed(...words: string[]): Promise<string> {
    const { status, stdout, stderr } = await this.run(...words)
    if (status !== 0) throw new Error(`${words.join(' ')}: ${status}\n${stdout}${stderr}`)
    return stdout
  }
}

async function started(words: string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const child = spawn('unshare', words, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const closed = once(child, 'close') as Promise<[number | null]>
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    closed,
  ])
  process.off('exit', kill)
  return { status, stdout, stderr }
}
