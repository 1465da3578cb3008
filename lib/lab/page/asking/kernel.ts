// Runs a program on the server's kernel, or replays a recorded run.
import type { SyntaxProblem } from '../../language/syntax.ts'
import type { Reading, RunRecord, State, Step } from '../../record.ts'
import type { Part } from '../../scenario.ts'
import { type Edition, fetchJson, findEdition, messageOf } from './edition.ts'
import { linesOf } from './lines.ts'
import { Trouble, type TroubleKind } from './trouble.ts'

export interface Listener {
  readonly onStart: (kernel: string, pid: number) => void
  readonly onStep: (index: number, step: Step) => void
  readonly onReading: (index: number, reading: Reading) => void
}

/** A request to run the first operations of a program, or to replay them from its record if there is one. */
export interface RunRequest {
  readonly texts: readonly string[]
  readonly record: { readonly id: string; readonly part: Part; readonly isModule: boolean } | null
}

type Message =
  | { readonly type: 'start'; readonly kernel: string; readonly pid: number }
  | ({ readonly type: 'step'; readonly index: number } & Step)
  | {
      readonly type: 'state'
      readonly index: number
      readonly state: State | null
      readonly note?: string
    }
  | { readonly type: 'end' }
  | { readonly type: 'error'; readonly code: string; readonly message: string }

const kinds: Readonly<Record<string, TroubleKind>> = {
  ERR_LAB_BUSY: 'busy',
  ERR_LAB_TIMEOUT: 'timeout',
  ERR_LAB_CRASHED: 'crashed',
}

/** Runs a program on the kernel, or replays its record. Throws {@link Trouble}, and AbortError when aborted. */
export async function run(
  request: RunRequest,
  listener: Listener,
  signal: AbortSignal,
): Promise<void> {
  try {
    const edition = await findEdition()
    if (edition.edition === 'recorded') return await replay(request, listener)
    const response = await post(request, edition, signal)
    if (response.status !== 403) return await follow(response, listener)
    // The server has been restarted since the page was loaded, so its token has changed.
    const again = await findEdition(true)
    if (again.edition === 'recorded') return await replay(request, listener)
    await follow(await post(request, again, signal), listener)
  } catch (error) {
    if (signal.aborted || error instanceof Trouble) throw error
    // fetch throws TypeError when the connection breaks during a response.
    throw error instanceof TypeError ? new Trouble('gone') : new Trouble('other', String(error))
  }
}

async function post(
  { texts, record }: RunRequest,
  { token }: Edition & { edition: 'live' },
  signal: AbortSignal,
): Promise<Response> {
  const what =
    record?.isModule === true
      ? { id: record.id, part: record.part, count: texts.length }
      : { text: texts.join('\n') }
  const headers = { 'Content-Type': 'application/json', 'X-Epollet-Token': token }
  const body = JSON.stringify({ ...what, states: true })
  return fetch('api/run', { method: 'POST', headers, body, signal })
}

async function follow(response: Response, listener: Listener): Promise<void> {
  if (!response.ok || response.body === null) throw await refusal(response)
  for await (const line of linesOf(response.body)) {
    const message = JSON.parse(line) as Message
    if (message.type === 'end') return
    if (message.type === 'error') throw new Trouble(kinds[message.code] ?? 'other', message.message)
    if (message.type === 'start') listener.onStart(message.kernel, message.pid)
    else if (message.type === 'step') listener.onStep(message.index, message)
    else listener.onReading(message.index, readingOf(message.state, message.note))
  }
  // The stream ended before its last line.
  throw new Trouble('gone')
}

function readingOf(state: State | null, note = ''): Reading {
  return state === null ? { note } : { state }
}

async function refusal(response: Response): Promise<Trouble> {
  if (response.status === 400) {
    const { problems = [], message = '' } = (await response.json()) as {
      problems?: SyntaxProblem[]
      message?: string
    }
    return new Trouble('mistakes', message, problems)
  }
  const message = await messageOf(response)
  if (response.status === 403) return new Trouble('refused', message)
  if (response.status === 503) return new Trouble('busy', message)
  if (response.status === 404) return new Trouble('unserved', message)
  return new Trouble('other', message === '' ? `HTTP ${response.status}` : message)
}

const records = new Map<string, Promise<RunRecord | null>>()

function recordOf(id: string, part: Part): Promise<RunRecord | null> {
  const path = part === 'fix' ? `traces/${id}.fix.json` : `traces/${id}.json`
  const found = records.get(path) ?? fetchJson<RunRecord>(path)
  records.set(path, found)
  found.catch(() => records.delete(path))
  return found
}

async function replay({ texts, record }: RunRequest, listener: Listener): Promise<void> {
  if (record === null) throw new Trouble('recorded')
  const run = await recordOf(record.id, record.part)
  if (run === null) throw new Trouble('missing', record.id)
  listener.onStart(run.kernel, run.pid)
  for (const [index, step] of run.steps.slice(0, texts.length).entries()) {
    listener.onStep(index, step)
    listener.onReading(index, readingOf(step.state, step.stateNote))
  }
}
