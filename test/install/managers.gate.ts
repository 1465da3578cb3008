// The package installed by npm, pnpm, yarn and bun, on a PATH without a compiler, make or python. Each manager is
// installed from npm into a temporary folder. All except npm run with Node 24, which all of them support.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { tarball } from '../support/tarball.ts'
import { BareHost } from './bare-host.ts'
import { commandWorks, makeConsumer, programsWork } from './consumer.ts'

interface Manager {
  title: string
  /** The manager's npm package and the command in it; absent for npm itself, which is installed already. */
  from?: [specifier: string, command: string]
  install: string[]
  /** Arguments that run a package's command. The test also runs `node_modules/.bin`. */
  exec: string[]
  /** Arguments that run a JavaScript file, if plain `node` can't. */
  node?: string[]
  files?: Record<string, string>
  env?: NodeJS.ProcessEnv
  /** Plug'n'Play has no node_modules. */
  noModules?: true
}

const strict = { 'pnpm-workspace.yaml': 'strictDepBuilds: true\n' }
const yarn4 = ['@yarnpkg/cli-dist@4', 'bin/yarn.js'] satisfies Manager['from']
const yarn4Env = { YARN_ENABLE_SCRIPTS: '1', YARN_ENABLE_TELEMETRY: '0' }

const managers: Manager[] = [
  { title: 'npm', install: ['npm', 'install'], exec: ['npm', 'exec', '--'] },
  {
    title: 'npm --ignore-scripts',
    install: ['npm', 'install', '--ignore-scripts'],
    exec: ['npx', '--no-install'],
  },
  {
    title: 'pnpm 9',
    from: ['pnpm@9', 'bin/pnpm.cjs'],
    install: ['install'],
    exec: ['exec'],
  },
  {
    title: 'pnpm 10 with strictDepBuilds',
    from: ['pnpm@10', 'bin/pnpm.cjs'],
    install: ['install'],
    exec: ['exec'],
    files: strict,
  },
  {
    title: 'the newest pnpm with strictDepBuilds',
    from: ['pnpm@latest', 'pnpm'],
    install: ['install'],
    exec: ['exec'],
    files: strict,
  },
  {
    title: 'yarn 1',
    from: ['yarn@1', 'bin/yarn.js'],
    install: ['install', '--non-interactive'],
    exec: ['--silent', 'run'],
    // Without this variable yarn uses a home and caches below /usr/local if root runs it.
    env: { FAKEROOTKEY: '1' },
  },
  {
    title: 'yarn 4 with node_modules',
    from: yarn4,
    install: ['install'],
    exec: ['run'],
    files: { 'yarn.lock': '', '.yarnrc.yml': 'nodeLinker: node-modules\n' },
    env: yarn4Env,
  },
  {
    title: "yarn 4 with Plug'n'Play",
    from: yarn4,
    install: ['install'],
    exec: ['run'],
    node: ['node'],
    files: { 'yarn.lock': '', '.yarnrc.yml': 'nodeLinker: pnp\n' },
    env: yarn4Env,
    noModules: true,
  },
  {
    title: 'bun',
    from: ['bun@latest', 'bin/bun.exe'],
    install: ['install'],
    exec: ['x', '--no-install'],
  },
]

const host = new BareHost()
let epollet = ''
let node = ''
before(async () => {
  epollet = `file:${await tarball()}`
  node = await host.node('24')
})

for (const manager of managers) {
  test(`the package works if installed by ${manager.title}`, async context => {
    const { title, from, install, exec, files } = manager
    const folder = host.folderFor(title.replaceAll(/\W+/g, '-'))
    makeConsumer(folder, epollet, files)
    const program = from === undefined ? [] : [join(await host.install(from[0]), from[1])]
    const env = from === undefined ? {} : { ...manager.env, PATH: host.path(node) }
    if (from !== undefined) {
      context.diagnostic(`${title}: ${await host.succeed([...program, '--version'], folder, env)}`)
    }
    await host.succeed([...program, ...install], folder, env)
    const interpreter = manager.node === undefined ? ['node'] : [...program, ...manager.node]
    await programsWork(file => host.run([...interpreter, file], folder, env))
    await commandWorks((...args) =>
      host.run([...program, ...exec, 'epollet', ...args], folder, env),
    )
    if (manager.noModules) return
    const modules = join(folder, 'node_modules')
    const command = join(modules, '.bin/epollet')
    await commandWorks((...args) => host.run([command, ...args], folder, env))
    assert(!existsSync(join(modules, 'epollet/build')), 'something was built')
  })
}

test('npx runs the command of the tarball', async () => {
  const folder = host.folderFor('npx')
  const npx = ['npx', '--yes', '--package', epollet, '--', 'epollet']
  await commandWorks((...args) => host.run([...npx, ...args], folder))
})
