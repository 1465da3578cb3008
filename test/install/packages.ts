// Downloads and unpacks packages of Debian and npm, without installing anything on this machine.
import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const large = { maxBuffer: 2 ** 28 }
// The user _apt can't write to a temporary folder.
const asRoot = ['-o', 'APT::Sandbox::User=root']

/** Returns the Debian mirror that this machine's apt uses. */
export function mirror(): string {
  const kinds = ['Created-By: Packages', 'Origin: Debian', 'Label: Debian']
  const args = ['indextargets', '--format', '$(REPO_URI)', ...kinds]
  const [first = ''] = execFileSync('apt-get', args, { encoding: 'utf8' }).split('\n')
  if (first === '') throw new Error("apt has no Debian mirror: run 'apt-get update' first")
  return first
}

/** Unpacks Debian packages of this machine's release below a folder. */
export async function unpack(into: string, ...packages: string[]): Promise<void> {
  await fetchAndExtract(into, [], packages).catch(async () => {
    await run('apt-get', ['update'])
    await fetchAndExtract(into, [], packages)
  })
}

/** Unpacks packages of another release for x64 and arm64, with apt settings that ignore this machine's lists. */
export async function unpackFrom(
  suite: string,
  into: string,
  ...packages: string[]
): Promise<void> {
  const apt = join(into, 'apt')
  for (const name of ['state/lists/partial', 'cache/archives/partial'])
    mkdirSync(join(apt, name), { recursive: true })
  const keys = '/usr/share/keyrings/debian-archive-keyring.gpg'
  const list = join(apt, 'list')
  writeFileSync(list, `deb [arch=amd64,arm64 signed-by=${keys}] ${mirror()} ${suite} main\n`)
  const settings = {
    'Dir::Etc::sourcelist': list,
    'Dir::Etc::sourceparts': '-',
    'Dir::State': join(apt, 'state'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': join(apt, 'cache'),
    'APT::Architecture': 'amd64',
    'APT::Architectures::': 'arm64',
  }
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`])
  await run('apt-get', [...options, ...asRoot, 'update', '-qq'], large)
  await fetchAndExtract(into, options, packages)
}

async function fetchAndExtract(into: string, options: string[], packages: string[]): Promise<void> {
  const cwd = join(into, 'packages')
  mkdirSync(cwd, { recursive: true })
  await run('apt-get', [...options, ...asRoot, 'download', ...packages], { cwd })
  for (const name of readdirSync(cwd)) await run('dpkg', ['--extract', join(cwd, name), into])
  rmSync(cwd, { recursive: true })
}

/** Installs npm packages, even for another processor or libc, and returns the path of their node_modules. */
export async function fromNpm(into: string, ...names: string[]): Promise<string> {
  const options = ['--prefix', into, '--no-audit', '--no-fund']
  // Without --force npm refuses packages for another processor or libc.
  await run('npm', ['install', ...options, '--force', ...names], large)
  return join(into, 'node_modules')
}
