// A host without a compiler, on which package managers install epollet.
import assert from 'node:assert/strict'
import { type ExecFileException, execFile, execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromNpm } from './packages.ts'

export interface Outcome {
  status: number
  stdout: string
  stderr: string
}

// The programs that package managers' shims call; there is no compiler, make or python.
const tools = ['sh', 'env', 'basename', 'cat', 'chmod', 'cp', 'cut', 'dirname', 'ln', 'ls', 'mkdir']
tools.push('mv', 'readlink', 'rm', 'sed', 'tr', 'uname')
const absent = [
  'g++',
  'gcc',
  'c++',
  'cc',
  'clang',
  'clang++',
  'make',
  'python',
  'python3',
  'node-gyp',
]

const npmSetting = (name: string) =>
  execFileSync('npm', ['config', 'get', name], { encoding: 'utf8', cwd: tmpdir() }).trim()

function located(command: string): string {
  const found = spawnSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' })
  assert.equal(found.status, 0, `${command} is needed`)
  return found.stdout.trim()
}

/** This user's registry and certificates, as settings for each package manager. */
function registrySettings(): NodeJS.ProcessEnv {
  const registry = npmSetting('registry')
  const cafile = npmSetting('cafile')
  const settings: NodeJS.ProcessEnv = {
    npm_config_registry: registry,
    pnpm_config_registry: registry,
    YARN_NPM_REGISTRY_SERVER: registry,
    BUN_CONFIG_REGISTRY: registry,
  }
  if (registry.startsWith('http:'))
    settings['YARN_UNSAFE_HTTP_WHITELIST'] = new URL(registry).hostname
  if (cafile !== '' && cafile !== 'null') {
    settings['npm_config_cafile'] = cafile
    settings['pnpm_config_cafile'] = cafile
    settings['YARN_HTTPS_CA_FILE_PATH'] = cafile
    settings['NODE_EXTRA_CA_CERTS'] = cafile
    settings['SSL_CERT_FILE'] = cafile
  }
  for (const [name, value] of Object.entries(process.env)) {
    if (/^(https?|no)_proxy$/i.test(name)) settings[name] = value
  }
  return settings
}

/**
 * A temporary folder that acts as a user's machine: a PATH without a compiler, and its own home and caches. It is
 * removed when the process exits.
 */
export class BareHost {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'epollet-install-')))
  readonly #settings = registrySettings()
  readonly #installed = new Map<string, Promise<string>>()

  constructor() {
    process.once('exit', () => rmSync(this.folder, { recursive: true, force: true }))
    for (const name of ['home', 'tmp']) mkdirSync(join(this.folder, name))
    this.#link('tools', Object.fromEntries(tools.map(name => [name, located(name)])))
    this.#link('npm', { npm: located('npm'), npx: located('npx') })
    this.#link('node', { node: process.execPath })
    const PATH = this.path()
    for (const name of absent) {
      const { error } = spawnSync(name, ['--version'], { env: { PATH } })
      assert.equal((error as NodeJS.ErrnoException | undefined)?.code, 'ENOENT', `${name} is found`)
    }
  }

  #link(name: string, commands: Record<string, string>): void {
    mkdirSync(join(this.folder, name))
    for (const [command, target] of Object.entries(commands)) {
      symlinkSync(realpathSync(target), join(this.folder, name, command))
    }
  }

  /** @param node the folder of a `node`; by default the running one */
  path(node = join(this.folder, 'node')): string {
    return [node, join(this.folder, 'npm'), join(this.folder, 'tools')].join(':')
  }

  folderFor(name: string): string {
    const folder = join(this.folder, name)
    mkdirSync(folder, { recursive: true })
    return folder
  }

  env(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return {
      ...this.#settings,
      PATH: this.path(),
      HOME: join(this.folder, 'home'),
      TMPDIR: join(this.folder, 'tmp'),
      LANG: 'C.UTF-8',
      npm_config_prefix: join(this.folder, 'global'),
      npm_config_update_notifier: 'false',
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      ...more,
    }
  }

  run(command: string[], cwd: string, more: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    const [file = '', ...args] = command
    const options = { cwd, env: this.env(more), encoding: 'utf8', maxBuffer: 2 ** 26 } as const
    return new Promise(resolve => {
      const done = (error: ExecFileException | null, stdout: string, stderr: string) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 128
        resolve({
          status,
          stdout,
          stderr: status === 128 ? `${error?.message}\n${stderr}` : stderr,
        })
      }
      execFile(file, args, options, done).stdin?.end()
    })
  }

  async succeed(command: string[], cwd: string, more: NodeJS.ProcessEnv = {}): Promise<string> {
    const { status, stdout, stderr } = await this.run(command, cwd, more)
    assert.equal(status, 0, `${command.join(' ')}\n${stdout}${stderr}`)
    return stdout
  }

  /** Installs a package from npm into its own folder, once; resolves with the package's path. */
  install(specifier: string): Promise<string> {
    const name = specifier.slice(0, specifier.indexOf('@', 1))
    const folder = join('packages', specifier.replaceAll('/', '+'))
    const install = async () => join(await fromNpm(this.folderFor(folder), specifier), name)
    const installed = this.#installed.get(specifier) ?? install()
    this.#installed.set(specifier, installed)
    return installed
  }

  /** Resolves with the folder of a `node` from npm; versions are like `24`, `20.19.0` or `latest`. */
  async node(version: string): Promise<string> {
    return join(await this.install(`node-linux-${process.arch}@${version}`), 'bin')
  }
}
