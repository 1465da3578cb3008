// The packed package in bundles of vite and esbuild, as ESM and CommonJS. The package works as an external module; if
// it is bundled, its first use throws an error that says how to fix that. Both bundlers are installed from npm into a
// temporary folder.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { tarball } from '../support/tarball.ts'

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'epollet-bundlers-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const source = `
import { Epoll } from 'epollet'
import { createServer } from 'epollet/http'
import { serveDirectory } from 'epollet/static'
console.log(typeof createServer, typeof serveDirectory)
try {
  new Epoll().close()
  console.log('works')
} catch ({ code, message }) {
  console.log(code, message)
}
`

before(async () => {
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}')
  writeFileSync(join(folder, 'use.js'), source)
  const options = ['--ignore-scripts', '--no-audit', '--no-fund']
  const packages = [await tarball(), 'vite@6', 'esbuild']
  await run('npm', ['install', ...options, ...packages], { cwd: folder })
})

type Format = 'esm' | 'cjs'
type Bundler = (format: Format, isExternal: boolean, outdir: string, file: string) => Promise<void>

const vite: Bundler = async (format, isExternal, outDir, entryFileNames) => {
  const output = { format: format === 'esm' ? 'es' : format, entryFileNames }
  const ssr = isExternal ? { external: ['epollet'] } : { noExternal: true }
  const build = { ssr: 'use.js', outDir, rollupOptions: { output } }
  const config = JSON.stringify({ logLevel: 'error', ssr, build })
  writeFileSync(join(folder, 'vite.config.mjs'), `export default ${config}`)
  await run(join(folder, 'node_modules/.bin/vite'), ['build'], { cwd: folder })
}

const esbuild: Bundler = async (format, isExternal, outdir, file) => {
  const options = ['--bundle', '--platform=node', '--log-level=error', `--format=${format}`]
  if (isExternal) options.push('--external:epollet')
  // mime-types calls require('path'), and esbuild's ES modules have no require() unless we define it.
  else if (format === 'esm')
    options.push(
      "--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
    )
  const program = join(folder, 'node_modules/.bin/esbuild')
  await run(program, ['use.js', ...options, `--outfile=${outdir}/${file}`], { cwd: folder })
}

for (const [name, bundler] of Object.entries({ vite, esbuild })) {
  for (const format of ['esm', 'cjs'] as const) {
    for (const isExternal of [true, false]) {
      const kind = isExternal ? 'external to' : 'bundled by'
      const does = isExternal ? 'works' : 'fails with an error that says how to fix it'
      test(`epollet ${kind} ${name} as ${format} ${does}`, async () => {
        const outdir = `${name}-${format}-${isExternal}/a/b`
        const file = format === 'esm' ? 'use.mjs' : 'use.cjs'
        await bundler(format, isExternal, outdir, file)
        const args = ['--no-warnings', join(folder, outdir, file)]
        const { stdout } = await run(process.execPath, args, { cwd: folder })
        const [faces, said = ''] = stdout.split('\n')
        assert.equal(faces, 'function function')
        if (isExternal) assert.equal(said, 'works')
        else
          assert.match(said, /^ERR_EPOLLET_UNAVAILABLE .* Keep epollet external \(.*EPOLLET_ADDON /)
      })
    }
  }
}
