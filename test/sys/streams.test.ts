// The standard streams after an import.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { root } from '../../scripts/project.js'

const { O_NONBLOCK } = constants
const code = `
  const flags = () => [0, 1, 2].map(fd =>
    Number.parseInt(/^flags:\\s+(\\d+)$/m.exec(fs.readFileSync('/proc/self/fdinfo/' + fd, 'latin1'))[1], 8) & ${O_NONBLOCK})
  import fs from 'node:fs'
  for (const face of ['index', 'http/index', 'static/index']) await import('./dist/' + face + '.js')
  fs.writeSync(1, JSON.stringify(flags()))`

test('importing the package does not make the standard streams non-blocking', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: root,
    stdio: 'pipe',
  })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  if (child.exitCode === null) await once(child, 'exit')
  assert.deepEqual([stdout, stderr], ['[0,0,0]', ''])
})
