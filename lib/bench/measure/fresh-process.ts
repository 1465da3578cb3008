import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { inPackage } from '../../sys/index.ts'

/** Many times the duration of the longest run. */
const runMsMax = 120_000

/** The program of a fresh process. */
export interface Program {
  /** The path below dist/bench: `measure/child.js`. */
  readonly file: string
  readonly args: readonly string[]
  /** Node's own options. */
  readonly options?: readonly string[]
}

/** The output of a process that has ended, with one JSON value per line. */
export interface Printed {
  readonly pid: number
  readonly lines: readonly unknown[]
}

/**
 * Runs a program of the bench in a fresh process; aborting the signal kills it. Throws Error with the program's message
 * if it fails, or does not print `lineCount` lines.
 */
export async function freshProcess(
  { file, args, options = [] }: Program,
  lineCount: number,
  signal: AbortSignal,
): Promise<Printed> {
  signal.throwIfAborted()
  const path = inPackage(`dist/bench/${file}`)
  const child = spawn(process.execPath, [...options, path, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const kill = (): void => void child.kill('SIGKILL')
  signal.addEventListener('abort', kill)
  const timer = setTimeout(kill, runMsMax)
  const closed = once(child, 'close')
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    complaint += text
  })
  const lines: unknown[] = []
  let code: number | null
  try {
    for await (const line of createInterface({ input: child.stdout })) lines.push(JSON.parse(line))
  } finally {
    // If the process is killed while it prints a line, JSON.parse() throws; the timer must be cleared even then.
    ;[code] = await closed
    clearTimeout(timer)
    signal.removeEventListener('abort', kill)
  }
  signal.throwIfAborted()
  if (code === null) throw new Error(`the measuring process did not end within ${runMsMax} ms`)
  if (code !== 0 || lines.length !== lineCount) throw failure(complaint, code)
  return { pid: child.pid!, lines }
}

function failure(complaint: string, code: number | null): Error {
  const last = complaint.trim().split('\n').at(-1)
  const [line = last ?? `it ended with status ${code}`] = complaint
    .split('\n')
    .filter(one => /^\w*Error/.test(one))
  return new Error(`the measuring process failed: ${line}`)
}
