import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Ended {
  status: number | null
  signal: string | null
  stdout: string
  stderr: string
  elapsedMs: number
}

/** Runs a module with the built package as `epollet` in a child process, which is killed after a minute. */
export async function child(
  code: string,
  flags: string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const start = performance.now()
  const args = [...flags, '--input-type=module', '-e', code]
  const options = { cwd: root, timeout: 60_000, env: { ...process.env, ...env } }
  const running = spawn(process.execPath, args, options)
  running.stdin.end()
  let stdout = ''
  let stderr = ''
  running.stdout.setEncoding('utf8').on('data', text => (stdout += text))
  running.stderr.setEncoding('utf8').on('data', text => (stderr += text))
  const [status, signal] = await once(running, 'close')
  return { status, signal, stdout, stderr, elapsedMs: performance.now() - start }
}
