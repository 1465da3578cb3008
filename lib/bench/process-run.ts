import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Task } from './measure.ts'
import type { ProcessRun, Round } from './result.ts'

/** Many times what the longest takes. */
const runMsMax = 120_000
const program = fileURLToPath(new URL('../../dist/bench/child.js', import.meta.url))

/** Measures in a fresh process, which the signal ends. Throws Error with what that process said if it fails. */
export async function runProcess(task: Task, signal: AbortSignal): Promise<ProcessRun> {
  signal.throwIfAborted()
  const child = spawn(process.execPath, [program, JSON.stringify(task)], {
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
    // What is half a line was killed; else its timer would keep this process.
    ;[code] = await closed
    clearTimeout(timer)
    signal.removeEventListener('abort', kill)
  }
  signal.throwIfAborted()
  if (code === null) throw new Error(`a process that measures did not end within ${runMsMax} ms`)
  if (code !== 0 || lines.length !== task.rounds + 1) throw failure(complaint, code)
  return {
    pid: child.pid!,
    rounds: lines.slice(0, -1) as Round[],
    systemCalls: lines.at(-1) as ProcessRun['systemCalls'],
  }
}

function failure(complaint: string, code: number | null): Error {
  const [line = `it ended with status ${code}`] =
    /^\w*Error.*$/m.exec(complaint) ?? complaint.trim().split('\n').slice(-1)
  return new Error(`a process that measures has failed: ${line}`)
}
