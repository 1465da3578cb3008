// Programs that the parser accepts, of any operations in any order, the same for the same seed.

import { processesMax, threadsMax } from '../../lib/lab/limits.ts'
import { flags, type Kind, openables, socketOptions } from '../../lib/lab/vocabulary.ts'
import { below, pick } from '../http/random.ts'

type Random = () => number

const queueing: readonly Kind[] = ['pipe reader', 'socket', 'eventfd', 'timerfd']
const readable: readonly Kind[] = [...queueing, 'file']
const fillable: readonly Kind[] = ['pipe writer', 'socket', 'file']
const writable: readonly Kind[] = [...fillable, 'eventfd']

class Writer {
  readonly lines: string[] = []
  readonly #random: Random
  readonly #names = new Map<string, Kind>()

  constructor(random: Random) {
    this.#random = random
  }

  below(limit: number): number {
    return below(this.#random, limit)
  }

  pick<T>(from: readonly T[]): T {
    return pick(this.#random, from)
  }

  /** A new name of a kind. */
  bind(kind: Kind): string {
    const name = `n${this.#names.size}`
    this.#names.set(name, kind)
    return name
  }

  /** A name that is bound already, of these kinds; null if there is none. */
  name(...kinds: readonly Kind[]): string | null {
    const fit = [...this.#names].filter(([, kind]) => kinds.length === 0 || kinds.includes(kind))
    return fit.length === 0 ? null : this.pick(fit)[0]
  }

  /** Whether one more of a kind is allowed. */
  mayHave(kind: Kind, most: number): boolean {
    return [...this.#names.values()].filter(one => one === kind).length < most
  }

  any(): string | null {
    const fit = [...this.#names].filter(([, kind]) => kind !== 'thread' && kind !== 'process')
    return fit.length === 0 ? null : this.pick(fit)[0]
  }

  kindOf(name: string): Kind {
    return this.#names.get(name)!
  }

  is(name: string, kind: Kind): void {
    this.#names.set(name, kind)
  }

  mask(): string {
    return flags.filter(() => this.below(4) === 0).join('|') || '0'
  }

  size(): number {
    return this.pick([1, 3, 100, 4096, 70_000, 4_194_304])
  }
}

/** A line, or null where it needs a name that there is not. */
type Line = (writer: Writer) => string | null

function given(name: string | null, line: (name: string) => string | null): string | null {
  return name === null ? null : line(name)
}

function threaded(w: Writer, action: string): string | null {
  return w.mayHave('thread', threadsMax) ? `thread ${w.bind('thread')} ${action}` : null
}

const opening: readonly Line[] = [
  w => `pipe ${w.bind('pipe reader')} ${w.bind('pipe writer')}`,
  w => `pair ${w.bind('socket')} ${w.bind('socket')}${w.pick(['', ' dgram'])}`,
  w => `tcp ${w.bind('socket')} ${w.bind('socket')}`,
  w => `udp ${w.bind('socket')} ${w.bind('socket')}`,
  w => `socket ${w.bind('socket')}`,
  w => `listen ${w.bind('listener')}${w.pick(['', ' 0', ' 1'])}`,
  w => `eventfd ${w.bind('eventfd')} ${w.below(3)}${w.pick(['', ' semaphore'])}`,
  w => `timerfd ${w.bind('timerfd')} 1 ${w.below(2)}`,
  w => `open ${w.bind('file')} ${w.pick(openables)}`,
  w => `ep ${w.bind('epoll')}`,
]

const onOthers: readonly Line[] = [
  w => given(w.name('listener'), l => `connect ${w.bind('socket')} ${l}`),
  w =>
    given(w.name('listener'), l => given(w.name('socket'), s => `connect ${s} ${l}`) ?? 'exhaust'),
  w => given(w.name('listener'), l => `accept ${w.bind('socket')} ${l}`),
  w => given(w.any(), of => `dup ${w.bind(w.kindOf(of))} ${of}`),
  w => {
    const [of, onto] = [w.any(), w.any()]
    if (of === null || onto === null) return null
    w.is(onto, w.kindOf(of))
    return `dup2 ${of} ${onto}`
  },
  w => w.pick(['exhaust', 'release', 'release 3', 'sleep 1']),
  w => given(w.any(), n => `close ${n}`),
  w => given(w.any(), n => `poll ${n} ${w.any()}`),
  w => given(w.any(), n => `select ${n} ${w.any()}`),
  w => given(w.name('socket'), s => `rst ${s}`),
  w => given(w.name('socket'), s => `sendfile ${s} ${w.size()}`),
  w => given(w.name('socket'), s => `sendoob ${s} 1`),
  w => given(w.name('socket'), s => `${w.pick(['recv', 'peek', 'recvoob'])} ${s} ${w.size()}`),
  w => given(w.name('socket'), s => `unsent ${s}`),
  w => given(w.name('socket', 'listener'), s => `error ${s}`),
  w => given(w.name('socket', 'listener'), s => `shut ${s} ${w.pick(['RD', 'WR', 'RDWR'])}`),
  w => given(w.name('socket', 'listener'), s => `set ${s} ${w.pick(socketOptions)} ${w.size()}`),
  w => given(w.name(...readable), n => `read ${n} ${w.size()}`),
  w => given(w.name(...readable), n => `drain ${n} 65536`),
  w => given(w.name(...queueing), n => `queued ${n}`),
  w => given(w.name(...writable), n => `write ${n} ${w.size()}`),
  w => given(w.name(...fillable), n => `fill ${n} 65536`),
]

const watching: readonly Line[] = [
  w => given(w.name('epoll'), E => `add ${E} ${w.any()} ${w.mask()}`),
  w => given(w.name('epoll'), E => `add ${E} ${w.any()} ${w.mask()}`),
  w => given(w.name('epoll'), E => `mod ${E} ${w.any()} ${w.mask()}`),
  w => given(w.name('epoll'), E => `del ${E} ${w.any()}`),
  w => given(w.name('epoll'), E => `wait ${E} ${w.below(3)}${w.pick(['', ' max=1'])}`),
  w => given(w.name('epoll'), E => `wait ${E}`),
  w => given(w.name('epoll'), E => `spin ${E} 1`),
]

const byOthers: readonly Line[] = [
  w => given(w.name('epoll'), E => threaded(w, `wait ${E} ${w.below(20)}`)),
  w => given(w.name(...readable), n => threaded(w, `read ${n} 5`)),
  w => threaded(w, `sleep ${w.below(5)}`),
  w => given(w.name('thread'), t => `join ${t} ${w.below(10)}`),
  w => given(w.name('thread'), t => `done ${t}`),
]

const byProcesses: readonly Line[] = [
  w => {
    if (!w.mayHave('process', processesMax)) return null
    return `process ${w.bind('process')} ${w.any() ?? ''}`.trim()
  },
  w => given(w.name('process'), p => `in ${p} ep ${w.bind('epoll')}`),
  w => given(w.name('process'), p => given(w.name('epoll'), E => `in ${p} wait ${E}`)),
  w => given(w.name('process'), p => given(w.any(), n => `in ${p} close ${n}`)),
  w => given(w.name('process'), p => `exit ${p}`),
]

/** So many lines; threads and processes are a matter of their own, since they cost time. */
export function randomProgram(
  random: Random,
  length: number,
  others: { threads: boolean; processes: boolean },
): string {
  const writer = new Writer(random)
  const kinds = [opening, onOthers, watching]
  if (others.threads) kinds.push(byOthers)
  if (others.processes) kinds.push(byProcesses)
  writer.lines.push(writer.pick(opening)(writer)!, `ep ${writer.bind('epoll')}`)
  while (writer.lines.length < length) {
    const line = writer.pick(writer.pick(kinds))(writer)
    if (line !== null) writer.lines.push(line)
  }
  return writer.lines.join('\n')
}
