import { flags, type State, type Step } from '../../lab/index.ts'
import { padded, widthOf, wrapped } from '../terminal/wrap.ts'
import type { Column, Words } from './words.ts'

type Flags = State['epolls'][number]['interest'][number]['mask']
type Descriptor = State['descriptors'][number]
type Epoll = State['epolls'][number]

const columns: readonly Column[] = ['name', 'fd', 'kind', 'level', 'edges', 'queued', 'unsent']
/** The columns to drop, in this order, if the terminal is too narrow. */
const dispensable: readonly Column[] = ['kind', 'fd', 'unsent']
const right: readonly Column[] = ['fd', 'queued', 'unsent']
const unreadable = '-'
const gap = '  '

/** The state after a step: a table of descriptors, then the epolls. */
export function readings(state: State, words: Words, width: number): string[] {
  const rows = state.descriptors.map(one => cellsOf(one, words))
  return [
    ...(rows.length === 0 ? [] : tableOf(rows, words, width, state.isPremise === true)),
    ...state.epolls.flatMap(one => wrapped(epollLine(one, words), width)),
  ]
}

/**
 * The state with all edges since the last wait, because the next wait can report any of them. A descriptor's edges are
 * null if a state in between was not read.
 */
export function sinceWait(state: State, steps: readonly Step[], index: number): State {
  const since = steps.slice(0, index).findLastIndex(({ op }) => isSameWait(op, steps[index]!.op))
  const between = steps.slice(since + 1, index + 1)
  const descriptors = state.descriptors.map(one => ({ ...one, edges: edgesOf(one.name, between) }))
  return { ...state, descriptors }
}

function edgesOf(name: string, steps: readonly Step[]): Flags | null {
  const all = new Set<Flags[number]>()
  for (const { state } of steps) {
    const own = state?.descriptors.find(one => one.name === name)
    // A state without this descriptor adds no edges: it was not open yet.
    if (state === null || own?.edges === null) return null
    for (const flag of own?.edges ?? []) all.add(flag)
  }
  return flags.filter(flag => all.has(flag))
}

function isSameWait(op: string, asked: string): boolean {
  const epollOf = (text: string): string | undefined => /^(?:wait|spin) (\S+)/.exec(text)?.[1]
  const waited = epollOf(op)
  return waited !== undefined && waited === (epollOf(asked) ?? waited)
}

function cellsOf(one: Descriptor, words: Words): Record<Column, string> {
  return {
    name: one.name,
    fd: String(one.fd),
    kind: words.kinds[one.kind] ?? one.kind,
    level: flagsText(one.level, words),
    edges: flagsText(one.edges, words),
    queued: String(one.queuedBytes ?? unreadable),
    unsent: String(one.unsentBytes ?? unreadable),
  }
}

function flagsText(bits: Flags | null, { none }: Words): string {
  if (bits === null) return unreadable
  return bits.length === 0 ? none : bits.join('|')
}

function tableOf(
  rows: readonly Readonly<Record<Column, string>>[],
  words: Words,
  width: number,
  isPremise: boolean,
): string[] {
  const all = [words.columns, ...rows]
  const widths = new Map(
    columns.map(column => [column, Math.max(...all.map(row => widthOf(row[column])))]),
  )
  const optional: readonly Column[] = isPremise ? ['unsent', 'edges'] : ['unsent']
  const shown = new Set(columns.filter(one => !optional.includes(one) || isTold(rows, one)))
  for (const column of dispensable) if (lineWidth(shown, widths) > width) shown.delete(column)
  return all.map(row =>
    [...shown]
      .map(column => cell(row[column], widths.get(column)!, right.includes(column)))
      .join(gap)
      .trimEnd(),
  )
}

function isTold(rows: readonly Readonly<Record<Column, string>>[], column: Column): boolean {
  return rows.some(row => row[column] !== unreadable && row[column] !== '0')
}

function lineWidth(shown: ReadonlySet<Column>, widths: ReadonlyMap<Column, number>): number {
  return [...shown].reduce((sum, column) => sum + widths.get(column)! + gap.length, -gap.length)
}

function cell(text: string, width: number, isRight: boolean): string {
  return isRight ? ' '.repeat(Math.max(0, width - widthOf(text))) + text : padded(text, width)
}

function epollLine({ name, fd, ready, interest }: Epoll, words: Words): string {
  const watches = interest.map(one => `${one.name}:${one.mask.join('|') || '0'}`).join(', ')
  return words.epoll(name, fd, watches) + words.ready(ready)
}
