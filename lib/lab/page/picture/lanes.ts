// The rows of the picture, computed from a run: one for each bit of a descriptor, and one for the waits on each epoll.
import { eventsText, maskText, nothing } from '../../language/outcome.ts'
import type { Action, Flag } from '../../language/syntax.ts'
import type { DescriptorState, NamedEvent, Reading, Step } from '../../record.ts'
import { innermost, type Line, type Shown } from '../playing/program.ts'

/** One bit of one descriptor over time. */
export interface LevelLane {
  readonly kind: 'level'
  readonly name: string
  readonly bit: Flag
  /** One cell for each answered step. */
  readonly cells: readonly LevelCell[]
}

export interface LevelCell {
  /** `pending`: being read; `unread`: it cannot be read, or reading it would disturb the run; `closed`: not open. */
  readonly level: 'high' | 'low' | 'pending' | 'unread' | 'closed'
  /** The number of buffered bytes (FIONREAD); only for IN. */
  readonly bytes: number | null
  /** Whether the edge-triggered epoll that records edges reported the bit at this step. */
  readonly edge: boolean
}

export type Trigger = 'level' | 'edge' | 'both'

/** The results of all waits on one epoll, or of all poll and select calls. */
export interface WaitLane {
  readonly kind: 'wait'
  /** Null for poll and select. */
  readonly epoll: string | null
  readonly trigger: Trigger
  /** One mark for each operation of the program. */
  readonly marks: readonly (Mark | null)[]
  /** Whether the ready list was not empty after each step; null when unknown. */
  readonly ready: readonly (boolean | null)[]
}

export interface Mark {
  /** The trigger of the reported events; `none`: no event; `other`: an error, a count or a sleeping thread. */
  readonly shape: 'level' | 'edge' | 'none' | 'other' | 'asked'
  readonly text: string
}

export interface Lanes {
  readonly levels: readonly LevelLane[]
  readonly waits: readonly WaitLane[]
}

const watchedBits: readonly Flag[] = ['IN', 'PRI', 'OUT', 'RDHUP']
const alwaysReported: readonly Flag[] = ['HUP', 'ERR']

/** Whether there is anything to draw: the experiment of a module has no operations. */
export function hasLanes(lines: readonly Line[]): boolean {
  return waitersOf(lines).some(waiter => waiter !== undefined)
}

/** The largest number of buffered bytes, or 1. */
export function bytesMaxOf(levels: readonly LevelLane[]): number {
  return Math.max(1, ...levels.flatMap(({ cells }) => cells.map(({ bytes }) => bytes ?? 0)))
}

/** The lanes of the picture, from a program and its results. */
export function lanesOf(
  lines: readonly Line[],
  steps: readonly Step[],
  readings: readonly (Reading | undefined)[],
): Lanes {
  const run = { lines, steps, readings }
  return { levels: levelLanes(run), waits: waitLanes(run) }
}

type Run = Pick<Shown, 'lines' | 'steps' | 'readings'>

function levelLanes({ lines, steps, readings }: Run): LevelLane[] {
  const isReadable = readings.some(reading => reading !== undefined && 'state' in reading)
  if (!isReadable) return []
  const lanes = [...watchedOf(lines)].flatMap(([name, bits]) => {
    const states = steps.map((_, index) => stateOf(readings[index], name))
    const seen = alwaysReported.filter(bit => states.some(state => hasLevel(state, bit)))
    return [...bits, ...seen].map(
      (bit): LevelLane => ({
        kind: 'level',
        name,
        bit,
        cells: steps.map((step, index) => cellOf(step, states[index]!, name, bit)),
      }),
    )
  })
  return lanes.filter(({ cells }) => cells.some(({ level }) => level !== 'closed'))
}

type Found = DescriptorState | 'pending' | 'unread' | 'closed'

function stateOf(reading: Reading | undefined, name: string): Found {
  if (reading === undefined) return 'pending'
  if (!('state' in reading)) return 'unread'
  return reading.state.descriptors.find(one => one.name === name) ?? 'closed'
}

function hasLevel(state: Found, bit: Flag): boolean {
  return typeof state !== 'string' && state.level !== null && state.level.includes(bit)
}

function cellOf(step: Step, state: Found, name: string, bit: Flag): LevelCell {
  if (typeof state === 'string') return { level: state, bytes: null, edge: false }
  if (state.level === null) return { level: 'unread', bytes: null, edge: false }
  // When a descriptor is opened, the recording epoll registers it and reports its initial state, which is not an edge.
  const isOpened = Object.hasOwn(step.opened, name)
  return {
    level: state.level.includes(bit) ? 'high' : 'low',
    bytes: bit === 'IN' ? state.queuedBytes : null,
    edge: !isOpened && (state.edges?.includes(bit) ?? false),
  }
}

/** The descriptors that are registered or polled, and their duplicates, each with the requested bits. */
function watchedOf(lines: readonly Line[]): Map<string, Flag[]> {
  const watched = new Map<string, Set<Flag>>()
  const want = (name: string, bits: readonly Flag[]): void => {
    const all = watched.get(name) ?? new Set()
    for (const bit of bits) all.add(bit)
    watched.set(name, all)
  }
  for (const { action } of lines) {
    const inner = action === null ? null : innermost(action)
    if (inner?.op === 'add' || inner?.op === 'mod') want(inner.name, inner.mask)
    else if (inner?.op === 'poll' || inner?.op === 'select')
      for (const name of inner.names) want(name, ['IN'])
  }
  for (const { action } of lines) {
    if (action?.op === 'dup' && watched.has(action.of))
      want(action.name, [...watched.get(action.of)!])
  }
  const epolls = new Set(lines.flatMap(({ action }) => (action?.op === 'ep' ? action.name : [])))
  return new Map(
    [...watched]
      .filter(([name]) => !epolls.has(name))
      .map(([name, bits]) => [name, watchedBits.filter(bit => bits.has(bit))]),
  )
}

function waitLanes({ lines, steps, readings }: Run): WaitLane[] {
  const waiters = waitersOf(lines)
  // The epolls in the order in which they were opened, then the lane of poll and select.
  const opened = lines.flatMap(({ action }) => (action?.op === 'ep' ? action.name : []))
  const lanes = [...opened, null].filter(name => waiters.includes(name))
  return lanes.map(epoll => ({
    kind: 'wait',
    epoll,
    trigger: triggerOf(lines, epoll),
    marks: lines.map((_, index) =>
      waiters[index] === epoll ? markOf(lines, index, epoll, steps[index]) : null,
    ),
    ready: steps.map((_, index) => readyOf(readings[index], epoll)),
  }))
}

/** The lane that shows each operation's mark: the name of an epoll, null for poll and select, undefined for none. */
function waitersOf(lines: readonly Line[]): (string | null | undefined)[] {
  const threads = new Map<string, string | null | undefined>()
  return lines.map(({ action }) => {
    if (action === null) return undefined
    if (action.op === 'join') return threads.get(action.name)
    if (action.op === 'done') return ofAll(action.names.map(name => threads.get(name)))
    const waiter = waiterOf(innermost(action))
    if (action.op === 'thread') threads.set(action.name, waiter)
    return waiter
  })
}

/** The lane of several threads if all of them have the same one. */
function ofAll<T>(lanes: readonly T[]): T | undefined {
  return new Set(lanes).size === 1 ? lanes[0] : undefined
}

function waiterOf(action: Action): string | null | undefined {
  if (action.op === 'wait' || action.op === 'spin') return action.epoll
  return action.op === 'poll' || action.op === 'select' ? null : undefined
}

function masksOf(
  lines: readonly Line[],
  epoll: string | null,
): (readonly [string, readonly Flag[]])[] {
  return lines.flatMap(({ action }) => {
    const inner = action === null ? null : innermost(action)
    const isMask = (inner?.op === 'add' || inner?.op === 'mod') && inner.epoll === epoll
    return isMask ? [[inner.name, inner.mask] as const] : []
  })
}

function triggerOf(lines: readonly Line[], epoll: string | null): Trigger {
  const edges = masksOf(lines, epoll).map(([, mask]) => mask.includes('ET'))
  if (edges.length === 0 || edges.every(isEdge => !isEdge)) return 'level'
  return edges.every(Boolean) ? 'edge' : 'both'
}

function markOf(
  lines: readonly Line[],
  index: number,
  epoll: string | null,
  step: Step | undefined,
): Mark | null {
  if (step === undefined) return lines[index]!.asks ? { shape: 'asked', text: '?' } : null
  const { events, outcome } = step
  if (events.length === 0)
    return outcome === nothing ? { shape: 'none', text: '' } : { shape: 'other', text: outcome }
  const masks = masksOf(lines.slice(0, index), epoll)
  const isEdge = (name: string): boolean =>
    masks.findLast(([one]) => one === name)?.[1].includes('ET') ?? false
  return {
    shape: events.every(({ name }) => isEdge(name.replace('(closed)', ''))) ? 'edge' : 'level',
    text: markText(events, new Set(masks.map(([name]) => name))),
  }
}

/** The reported events; the name is left out if it is clear which descriptor is meant. */
function markText(events: readonly NamedEvent[], names: ReadonlySet<string>): string {
  const [first] = events
  const isPlain = events.length === 1 && names.size === 1 && names.has(first!.name)
  if (isPlain) return maskText(first!.mask)
  return events.length > 2
    ? `${eventsText(events.slice(0, 1))} +${events.length - 1}`
    : eventsText(events)
}

function readyOf(reading: Reading | undefined, epoll: string | null): boolean | null {
  if (reading === undefined || !('state' in reading)) return null
  return reading.state.epolls.find(one => one.name === epoll)?.ready ?? null
}
