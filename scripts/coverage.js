// npm run coverage: runs the tests, then prints by layer how much of lib's lines and branches ran in any process or
// thread. build/coverage.txt lists the lines that did not run. Takes the arguments of npm test.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from './build.js'
import { coverage } from './coverage-report.js'
import { root } from './project.js'
import { main, show } from './run.js'
import { asked, atOnce, testEnvironment } from './test-files.js'

const layers = ['sys', 'core', 'loop', 'net', 'http', 'static', 'service', 'lab', 'bench', 'cli']

/** @param {boolean[]} ran */
function share(ran) {
  if (ran.length === 0) return '-'
  return `${((100 * ran.filter(Boolean).length) / ran.length).toFixed(1)} %`
}

/** @param {number[]} lines */
function spans(lines) {
  /** @type {[number, number][]} */
  const found = []
  for (const line of lines.sort((a, b) => a - b)) {
    const last = found.at(-1)
    if (last !== undefined && last[1] === line - 1) last[1] = line
    else found.push([line, line])
  }
  return found.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ')
}

/** @param {ReturnType<typeof coverage>} files */
function report(files) {
  for (const layer of layers) {
    const own = [...files].filter(([path]) => path.startsWith(`lib/${layer}/`))
    const lines = own.flatMap(([, file]) => [...file.lines.values()])
    const branches = own.flatMap(([, file]) => [...file.branches.values()])
    console.log(
      `${layer.padEnd(8)} ${share(lines).padStart(8)} ${share(branches).padStart(8)}  ${lines.length} lines, ${branches.length} branches`,
    )
  }
  const notRun = [...files].sort().flatMap(([path, { lines, branches }]) => {
    const dead = [...lines].filter(([, ran]) => !ran).map(([line]) => line)
    const other = [...branches].filter(
      ([place, ran]) => !ran && !dead.includes(Number.parseInt(place, 10)),
    )
    if (dead.length + other.length === 0) return []
    return [`${path}: ${spans(dead)}; branches at ${other.map(([place]) => place).join(', ')}`]
  })
  writeFileSync(join(root, 'build/coverage.txt'), `${notRun.join('\n')}\n`)
}

await main(async () => {
  const { files, options } = asked(root, process.argv.slice(2))
  const folder = mkdtempSync(join(tmpdir(), 'epollet-coverage-'))
  // Some tests start programs as another user.
  chmodSync(folder, 0o1777)
  const stamp = join(root, 'dist/.built')
  // Builds dist with source maps, because tests start programs from it. The next build omits them again.
  rmSync(stamp, { force: true })
  process.env['EPOLLET_SOURCE_MAPS'] = '1'
  try {
    await build()
    const env = testEnvironment({ NODE_V8_COVERAGE: folder })
    const runner = ['--import', 'tsx', '--test', atOnce, '--test-reporter=spec']
    const status = await show(process.execPath, [...runner, ...options, ...files], { env })
    report(coverage(folder, root))
    return status
  } finally {
    rmSync(stamp, { force: true })
    rmSync(folder, { recursive: true })
  }
})
