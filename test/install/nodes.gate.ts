// The installed package under each supported major version of Node, beginning with the oldest one in package.json.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { root } from '../project/temporary.ts'
import { tarball } from '../support/tarball.ts'
import { BareHost } from './bare-host.ts'
import { commandWorks, makeConsumer, programsWork } from './consumer.ts'

const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  engines: { node: string }
}
const oldest = engines.node.replace('>=', '')
const versions = [`${oldest}.0`, '20', '22', '24', 'latest']

const host = new BareHost()
const consumer = host.folderFor('consumer')

before(async () => {
  makeConsumer(consumer, `file:${await tarball()}`)
  await host.succeed(['npm', 'install'], consumer)
})

for (const version of versions) {
  test(`the installed package works under Node ${version}`, async context => {
    const PATH = host.path(await host.node(version))
    const found = (await host.succeed(['node', '--version'], consumer, { PATH })).trim()
    context.diagnostic(`Node ${version}: ${found}`)
    if (version !== 'latest') assert(found.startsWith(`v${version}`), found)
    await programsWork(file => host.run(['node', file], consumer, { PATH }))
    const command = join(consumer, 'node_modules/.bin/epollet')
    await commandWorks((...args) => host.run([command, ...args], consumer, { PATH }))
  })
}
