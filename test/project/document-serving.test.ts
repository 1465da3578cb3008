import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import * as httpLimits from '../../lib/http/limits.ts'
import * as netLimits from '../../lib/net/limits.ts'
import * as staticLimits from '../../lib/static/limits.ts'
import { talk } from '../http/client.ts'
import { optionRows, optionsIn, read, servings, usage } from './documents.ts'
import { root } from './temporary.ts'

for (const serving of servings) {
  test(`${serving} lists the options of \`epollet serve\``, () => {
    assert.deepEqual(
      [...optionsIn(optionRows(serving)), '--help'].sort(),
      optionsIn(usage('serve')),
    )
  })
}

const limits: Readonly<Record<string, unknown>> = {
  ...netLimits,
  ...httpLimits,
  ...httpLimits.defaultLimits,
  ...staticLimits,
}

function numberOf(text: string): number {
  return Number(text.replaceAll(',', ''))
}

for (const serving of servings) {
  test(`${serving} lists every limit in bytes with its value`, () => {
    const rows = [...read(serving).matchAll(/^\| `(\w+)` \| ([\d,]+) \|/gm)]
    const named = rows.map(([, name = '', value = '']) => [name, numberOf(value)] as const)
    assert.deepEqual(
      named,
      named.map(([name]) => [name, limits[name]]),
    )
    const bytes = Object.keys(limits).filter(name => /bytes/i.test(name))
    assert.deepEqual(
      bytes.filter(name => !named.some(([other]) => other === name)),
      [],
    )
  })

  test(`the sums of limits in ${serving} are correct`, () => {
    const { receiveBytes, gatherBytes, outputHighWaterBytes } = netLimits
    const { headBytesMax, knownTextsMax, knownTextBytesMax } = httpLimits
    const { smallFileBytes, cacheBytes, pieceBytes } = staticLimits
    const texts = 2 * knownTextsMax * knownTextBytesMax
    const processRows = [receiveBytes, gatherBytes, texts, pieceBytes, cacheBytes, 2 * 2 ** 22]
    const connectionRows = [
      2 * headBytesMax + receiveBytes,
      2 * outputHighWaterBytes + gatherBytes + smallFileBytes,
      4 * smallFileBytes,
    ]
    const [fixed, each] = [processRows, connectionRows].map(rows => rows.reduce((a, b) => a + b))
    const text = read(serving)
    const rows = [...text.matchAll(/^\| ([\d,]+) \| [^\d\n]*.* \|$/gm)].map(row =>
      numberOf(row[1]!),
    )
    const sums = [...text.matchAll(/^\| ([\d,]+) \| ([\d,]+) \|$/gm)].map(row =>
      [row[1]!, row[2]!].map(numberOf),
    )
    const counts = sums.map(([count]) => count!)
    assert.deepEqual(rows, [...processRows, fixed, ...connectionRows, each, ...counts])
    assert.ok(counts.length >= 3 && counts.includes(httpLimits.defaultLimits.connectionsMax))
    assert.deepEqual(
      sums,
      counts.map(count => [count, fixed! + count * each!]),
    )
  })
}

/** Runs `epollet serve` on a free port until `use` returns. */
async function withServer(folder: string, use: (port: number) => Promise<void>): Promise<void> {
  const args = [join(root, 'dist/cli/main.js'), 'serve', '0', '--quiet', '--root', folder]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    for await (const line of createInterface(child.stdout)) {
      await use(Number(/:(\d+)\/$/.exec(line)?.[1]))
      break
    }
  } finally {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  }
}

/** The lines of a head, without values that depend on the time or the file. */
function shapeOf(head: string): string[] {
  const own = /^(Date|Last-Modified|ETag|Content-Length): .*/
  return head
    .trimEnd()
    .split(/\r?\n/)
    .map(line => line.replace(own, '$1'))
}

for (const serving of servings) {
  test(`the server sends the answers shown in ${serving}`, async () => {
    const shown = [...read(serving).matchAll(/^```http\n([\s\S]*?)^```$/gm)].map(row => row[1]!)
    assert.equal(shown.length, 2)
    await withServer(join(root, 'html'), async port => {
      for (const [i, path] of ['/', '/none'].entries()) {
        const answer = await talk(port, `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
        assert.deepEqual(shapeOf(answer.split('\r\n\r\n')[0]!), shapeOf(shown[i]!))
      }
    })
  })

  test(`the server answers each request in ${serving} with the status shown`, async () => {
    const rows = [...read(serving).matchAll(/^\| `([^`]+ HTTP\/[^`]+|GET [^`]+)` \| (\d{3}) \|/gm)]
    assert.ok(rows.length >= 20, `${rows.length}`)
    const answered: string[] = []
    await withServer(join(root, 'html'), async port => {
      for (const [, code = ''] of rows) {
        const bytes = code.replaceAll('\\r', '\r').replaceAll('\\n', '\n')
        const whole = bytes.includes('\n') ? bytes : `${bytes}\r\nHost: a\r\n\r\n`
        answered.push(`${code} ${(await talk(port, whole)).slice(9, 12)}`)
      }
    })
    assert.deepEqual(
      answered,
      rows.map(([, code, status]) => `${code} ${status}`),
    )
  })
}
