import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'

const run = promisify(execFile)
const large = { maxBuffer: 2 ** 28 }

/** Why no root of another system can be entered here; false where it can. */
export const lacking: string | false =
  process.getuid?.() === 0 ? false : 'it needs root, for chroot and mounts'

/** A folder that is removed when its test file ends. */
export function folder(name: string): string {
  const path = mkdtempSync(join(tmpdir(), `epollet-${name}-`))
  process.once('exit', () => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Debian's packages as apt finds them, unpacked below a folder: nothing is installed. */
export async function unpack(into: string, ...packages: string[]): Promise<void> {
  const cwd = join(into, 'packages')
  mkdirSync(cwd, { recursive: true })
  // The user that apt downloads as cannot write there.
  const download = ['-o', 'APT::Sandbox::User=root', 'download', ...packages]
  await run('apt-get', download, { cwd }).catch(async () => {
    await run('apt-get', ['update'])
    await run('apt-get', download, { cwd })
  })
  for (const name of readdirSync(cwd)) await run('dpkg', ['--extract', join(cwd, name), into])
  rmSync(cwd, { recursive: true })
}

/** The mirror that this machine's apt takes Debian from. */
function mirror(): string {
  const kinds = ['Created-By: Packages', 'Origin: Debian', 'Label: Debian']
  const args = ['indextargets', '--format', '$(REPO_URI)', ...kinds]
  const [first = ''] = execFileSync('apt-get', args, { encoding: 'utf8' }).split('\n')
  if (first === '') throw new Error("apt knows no mirror of Debian: run 'apt-get update' first")
  return first
}

/** Packages from npm's registry, for whichever machine they are; the folder that holds them. */
export async function fromNpm(into: string, ...names: string[]): Promise<string> {
  const options = ['--prefix', into, '--ignore-scripts', '--no-audit', '--no-fund']
  // Forced, as npm refuses packages for other processors and for another libc.
  await run('npm', ['install', ...options, '--force', ...names], large)
  return join(into, 'node_modules')
}

export interface Ended {
  status: number | null
  stdout: string
  stderr: string
}

// A mount namespace of its own, so that nothing stays mounted, however this ends. The first process of a PID namespace
// takes the others with it, and has to collect what they leave behind: the shell does both.
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
  /** All that its programs have in their environment. */
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

  /** Debian, as debootstrap makes it of the required packages and apt. */
  static async debian(suite: string): Promise<ForeignRoot> {
    const base = folder(suite)
    const tools = join(base, 'tools')
    await unpack(tools, 'debootstrap')
    const path = join(base, 'root')
    const script = join(tools, 'usr/sbin/debootstrap')
    const env = { ...process.env, DEBOOTSTRAP_DIR: join(tools, 'usr/share/debootstrap') }
    const words = ['--mount', '--', script, '--variant=minbase', suite, path, mirror()]
    const { status, stdout, stderr } = await started(words, env)
    if (status !== 0) throw new Error(`debootstrap has made no ${suite}:\n${stdout}${stderr}`)
    return new ForeignRoot(path)
  }

  /** A path of this root, as it is seen from outside. */
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

  /** Runs a program inside, to its end. */
  run(...words: string[]): Promise<Ended> {
    const apart = ['--mount', '--pid', '--fork', '--kill-child', '--', 'sh', '-ec', enter, 'sh']
    return started([...apart, this.path, ...words], this.env)
  }

  /** The same, and what it has printed; another status than 0 is an error. */
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
