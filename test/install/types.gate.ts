// Checks the packed package's declarations with TypeScript 5.3 and the newest, in each module resolution, with and
// without @types/node, and with arethetypeswrong. The compilers are installed from npm into a temporary folder.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { tarball } from '../support/tarball.ts'

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'epollet-types-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** Not inside the first folder, so that TypeScript finds no @types. */
const bare = mkdtempSync(join(tmpdir(), 'epollet-types-bare-'))
after(() => rmSync(bare, { recursive: true, force: true }))

const compilers = ['typescript-5.3', 'typescript-newest'] as const
const source = `
import { type Address, Epoll, EPOLLIN, EventLoop, Socket, SystemError, TimerFd } from 'epollet'
import { createServer, HttpServer, type ServerRequest } from 'epollet/http'
import { type DirectoryOptions, serveDirectory } from 'epollet/static'
const epoll: Epoll = new Epoll()
epoll.register(0, EPOLLIN)
const ready: [data: number, events: number][] = epoll.poll(0)
const options: DirectoryOptions = { cleanUrls: true }
const server: HttpServer = createServer((request: ServerRequest, response) => response.end(request.path))
const address: Address = server.listen({ port: 0 })
export { address, EventLoop, options, ready, serveDirectory, Socket, SystemError, TimerFd }
// @ts-expect-error a mask is a number
epoll.register(0, 'EPOLLIN')
`

before(async () => {
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}')
  const packages = [
    await tarball(),
    '@types/node@20',
    'typescript-5.3@npm:typescript@5.3',
    'typescript-newest@npm:typescript@latest',
    '@arethetypeswrong/cli',
  ]
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps']
  await run('npm', ['install', ...options, ...packages], { cwd: folder })
  writeFileSync(join(folder, 'use.ts'), source)
  mkdirSync(join(bare, 'node_modules'), { recursive: true })
  cpSync(join(folder, 'node_modules/epollet'), join(bare, 'node_modules/epollet'), {
    recursive: true,
  })
  writeFileSync(join(bare, 'package.json'), '{"private":true,"type":"module"}')
  writeFileSync(join(bare, 'use.ts'), source)
})

interface Outcome {
  code: number
  said: string
}

async function outcome(program: string, args: readonly string[]): Promise<Outcome> {
  try {
    const { stdout, stderr } = await run(program, args, { cwd: folder })
    return { code: 0, said: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, said: stdout + stderr }
  }
}

const resolutions = [
  ['node16', 'node16'],
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
] as const

for (const compiler of compilers) {
  for (const [module, moduleResolution] of resolutions) {
    for (const withNode of [true, false]) {
      const kind = withNode ? 'with @types/node, libraries checked,' : 'without @types/node'
      test(`${compiler} accepts the declarations ${kind} under ${moduleResolution}`, async () => {
        const compilerOptions = {
          target: 'es2022',
          lib: ['es2023', 'esnext.disposable'],
          module,
          moduleResolution,
          strict: true,
          exactOptionalPropertyTypes: withNode,
          skipLibCheck: !withNode,
          noEmit: true,
          types: withNode ? ['node'] : [],
        }
        const config = join(withNode ? folder : bare, `${compiler}-${moduleResolution}.json`)
        writeFileSync(config, JSON.stringify({ compilerOptions, files: ['use.ts'] }))
        const tsc = join(folder, 'node_modules', compiler, 'bin/tsc')
        assert.deepEqual(await outcome(process.execPath, [tsc, '-p', config]), {
          code: 0,
          said: '',
        })
      })
    }
  }
}

test('arethetypeswrong finds nothing wrong', async () => {
  const attw = join(folder, 'node_modules/.bin/attw')
  // The exit status ignores the problems that the profile ignores; the JSON output lists them.
  const { code, said } = await outcome(attw, [await tarball(), '--profile', 'esm-only'])
  assert.equal(code, 0, said)
})
