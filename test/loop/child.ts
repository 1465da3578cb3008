import { execFile } from 'node:child_process'

export interface Ended {
  /** The lines of standard output. */
  lines: string[]
  stderr: string
  status: number | null
}

const dist = new URL('../../dist/', import.meta.url).href
const prelude = `
  import * as epollet from '${dist}index.js'
  import * as loops from '${dist}loop/index.js'
  import * as net from '${dist}net/index.js'
  import { native } from '${dist}sys/index.js'
  const { EPOLLET, EPOLLIN, EventFd, Pipe, Socket } = epollet
  const { EventLoop } = loops
`

/**
 * Runs code in a child process that uses the built package. The shell sets the descriptor limit; `preload` is the path
 * of a library to preload.
 */
export function child(
  code: string,
  limits: { descriptors?: number; preload?: string } = {},
): Promise<Ended> {
  const { descriptors, preload } = limits
  const env = preload === undefined ? process.env : { ...process.env, LD_PRELOAD: preload }
  const limit = descriptors === undefined ? '' : `ulimit -n ${descriptors} && `
  const command = `${limit}exec "$0" --input-type=module --eval "$1"`
  return new Promise(resolve => {
    const args = ['-c', command, process.execPath, prelude + code]
    const running = execFile('sh', args, { timeout: 20_000, env }, (_error, stdout, stderr) => {
      const lines = stdout.split('\n').filter(line => line !== '')
      resolve({ lines, stderr, status: running.exitCode })
    })
  })
}
