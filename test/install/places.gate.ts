// The installed package on unusual paths, for other users, and on other mounts.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { chmodSync, chownSync, existsSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { root } from '../project/temporary.ts'
import { tarball } from '../support/tarball.ts'
import { BareHost, type Outcome } from './bare-host.ts'
import { commandWorks, makeConsumer, programsWork } from './consumer.ts'
import { fileOf } from './programs.ts'

const host = new BareHost()
const consumer = host.folderFor('consumer')
const isRoot = process.getuid?.() === 0
const skip = isRoot ? false : 'needs root, for mounts and for another user'
let epollet = ''

before(async () => {
  epollet = `file:${await tarball()}`
  makeConsumer(consumer, epollet)
  await host.succeed(['npm', 'install'], consumer)
})

async function works(folder: string, env: NodeJS.ProcessEnv = {}, prefix: string[] = []) {
  const run = (command: string[]): Promise<Outcome> =>
    host.run([...prefix, ...command], folder, env)
  await programsWork(file => run(['node', file]))
  const command = join(folder, 'node_modules/.bin/epollet')
  await commandWorks((...args) => run([command, ...args]))
}

test('the package works on a path with spaces and non-ASCII letters', async () => {
  const folder = host.folderFor("a path/Größe 'é' 目录 #1 100%")
  makeConsumer(folder, epollet)
  await host.succeed(['npm', 'install'], folder)
  await works(folder)
})

test('npm ci installs the package', async () => {
  const folder = host.folderFor('ci')
  makeConsumer(folder, epollet)
  await host.succeed(['npm', 'install', '--package-lock-only'], folder)
  assert(!existsSync(join(folder, 'node_modules')))
  await host.succeed(['npm', 'ci'], folder)
  await works(folder)
})

test('the command works after a global install', async () => {
  const prefix = host.folderFor('prefix')
  await host.succeed(['npm', 'install', '--global', '--prefix', prefix, epollet], prefix)
  const command = join(prefix, 'bin/epollet')
  await commandWorks((...args) => host.run([command, ...args], prefix))
})

test('the package works when linked with npm link', async () => {
  const unpacked = host.folderFor('unpacked')
  const archive = epollet.slice('file:'.length)
  const env = { PATH: `${host.path()}:/usr/bin:/bin` }
  await host.succeed(['tar', 'xzf', archive], unpacked, env)
  const itself = join(unpacked, 'package')
  await host.succeed(['npm', 'install', '--omit=dev', '--ignore-scripts'], itself)
  await host.succeed(['npm', 'link'], itself)
  const folder = host.folderFor('linked')
  makeConsumer(folder, epollet)
  await host.succeed(['npm', 'link', 'epollet'], folder)
  assert.equal(realpathSync(join(folder, 'node_modules/epollet')), itself)
  await works(folder)
})

test('another user can use a package that root installed', { skip }, async () => {
  const nobody = 65534
  const own = host.folderFor('nobody')
  chownSync(own, nobody, nobody)
  chmodSync(host.folder, 0o755)
  const setpriv = ['/usr/bin/setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups']
  await works(consumer, { HOME: own, TMPDIR: own }, setpriv)
})

const mounted = (options: string, command: string) => [
  ...['/usr/bin/unshare', '--mount', '--propagation', 'private', '/bin/sh', '-c'],
  `/bin/mount --bind node_modules node_modules && /bin/mount -o remount,bind,${options} node_modules && exec ${command}`,
]

test('the package works in a read-only node_modules', { skip }, async () => {
  await programsWork(file => host.run(mounted('ro', `node ${file}`), consumer))
  const command = 'node node_modules/epollet/dist/cli/main.js'
  await commandWorks((...args) => host.run(mounted('ro', [command, ...args].join(' ')), consumer))
})

test('on a noexec mount the error names the cause and the fix', { skip }, async () => {
  const command = mounted('noexec', 'node node_modules/epollet/dist/cli/main.js info')
  const info = await host.run(command, consumer)
  assert.equal(info.status, 1, info.stdout + info.stderr)
  assert.match(info.stdout + info.stderr, /failed to map segment/)
  const { stderr } = await host.run(mounted('noexec', `node ${fileOf(0)}`), consumer)
  assert.match(stderr, /ERR_EPOLLET_UNAVAILABLE/)
  assert.match(stderr, /\(noexec\): copy the file elsewhere and set EPOLLET_ADDON/)
  const addon = join(consumer, `node_modules/epollet/prebuilds/linux-${process.arch}/epollet.node`)
  const elsewhere = join(host.folder, 'tools/epollet.node')
  await host.succeed(['cp', addon, elsewhere], consumer)
  const env = { EPOLLET_ADDON: elsewhere }
  await programsWork(file => host.run(mounted('noexec', `node ${file}`), consumer, env))
})

test('a clone packs the same files as this tree', async () => {
  const folder = host.folderFor('clone')
  const PATH = process.env['PATH']
  await host.succeed(
    ['git', 'clone', '--quiet', '--depth=1', `file://${root}`, 'epollet'],
    folder,
    {
      PATH,
    },
  )
  const clone = join(folder, 'epollet')
  const list = async (where: string): Promise<string[]> => {
    const printed = await host.succeed(['npm', 'pack', '--json', '--dry-run'], where, { PATH })
    const [{ files }] = JSON.parse(printed.slice(printed.search(/^\[$/m))) as [
      { files: { path: string }[] },
    ]
    return files.map(({ path }) => path).filter(path => !path.startsWith('prebuilds/'))
  }
  assert.deepEqual(await list(clone), await list(root))
  rmSync(clone, { recursive: true })
})
