// Reads the state of a program's descriptors and epolls from the kernel.
import {
  EPOLL_CTL_ADD,
  EPOLLERR,
  EPOLLET,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  EPOLLPRI,
  EPOLLRDHUP,
  interestOf,
  native,
  O_CLOEXEC,
} from '../../sys/index.ts'
import type { Flag } from '../language/syntax.ts'
import type { DescriptorState, EpollState, State } from '../record.ts'
import { flagsOf } from './bits.ts'
import { moveHigh } from './high-fd.ts'
import type { Machine } from './machine.ts'
import { levelOf, type Target } from './system.ts'

const spiedBits = [EPOLLIN, EPOLLPRI, EPOLLOUT, EPOLLRDHUP]
const levelBits = spiedBits.reduce((all, bit) => all | bit, 0)
const alwaysReported = EPOLLERR | EPOLLHUP
const eventsMax = 8

/** The lab's own edge-triggered epolls, one for each bit of a descriptor. They report which bits had an edge. */
export class Spies {
  readonly #epolls = new Map<string, readonly (readonly [fd: number, bit: number])[]>()

  /** Watches a descriptor, if epoll accepts it and enough descriptors are left. */
  watch(name: string, fd: number): void {
    this.#drop(name)
    const spies = spiedBits.map(bit => [moveHigh(native.epollCreate1(O_CLOEXEC)), bit] as const)
    this.#epolls.set(name, spies)
    const calls = spies.map(([epfd, bit]) =>
      epfd < 0 ? epfd : native.epollCtl(epfd, EPOLL_CTL_ADD, fd, bit + EPOLLET, 0),
    )
    if (calls.some(result => result < 0)) this.#drop(name)
  }

  /** The bits with an edge since the last call; null if the descriptor is not watched. */
  edges(name: string): Flag[] | null {
    const spies = this.#epolls.get(name)
    if (spies === undefined) return null
    return flagsOf(spies.reduce((all, [epfd, bit]) => all | reported(epfd, bit), 0))
  }

  forget(): void {
    for (const name of this.#epolls.keys()) this.edges(name)
  }

  close(): void {
    for (const name of this.#epolls.keys()) this.#drop(name)
  }

  #drop(name: string): void {
    for (const [epfd] of this.#epolls.get(name) ?? []) if (epfd >= 0) native.close(epfd)
    this.#epolls.delete(name)
  }
}

function reported(epfd: number, bit: number): number {
  const words = new Uint32Array(4 * eventsMax)
  const count = native.epollWait(epfd, words, eventsMax, 0)
  return count > 0 ? words[0]! & (bit | alwaysReported) : 0
}

/** Reads the state of each open descriptor; edges first, because polling a full socket for OUT arms another edge. */
export function stateOf(machine: Machine, spies: Spies): State {
  const open = [...machine.descriptors.open].map(([name, target]): Open => ({ name, ...target }))
  const edges = new Map(open.map(({ name }) => [name, spies.edges(name)]))
  const epolls = open.filter(({ kind }) => kind === 'epoll').map(one => epollState(one, machine))
  const descriptors = open
    .filter(({ kind }) => kind !== 'epoll')
    .map(one => descriptorState(one, edges.get(one.name) ?? null))
  return { descriptors, epolls }
}

interface Open extends Target {
  readonly name: string
}

function descriptorState({ name, fd, kind }: Open, edges: Flag[] | null): DescriptorState {
  const isReadable = kind === 'pipe reader' || kind === 'socket'
  return {
    name,
    fd,
    kind,
    level: flagsOf(levelOf(fd, levelBits)),
    edges,
    queuedBytes: isReadable ? orNull(native.fionread(fd)) : null,
    unsentBytes: kind === 'socket' ? orNull(native.siocoutq(fd)) : null,
  }
}

function orNull(result: number): number | null {
  return result < 0 ? null : result
}

function epollState({ name, fd }: Open, machine: Machine): EpollState {
  return {
    name,
    fd,
    ready: (levelOf(fd, EPOLLIN) & EPOLLIN) !== 0,
    interest: interestOf(fd).map(({ fd, events, inode }) => ({
      fd,
      name: machine.descriptors.nameOf(fd),
      mask: flagsOf(events),
      // The inode distinguishes two files that had the same number.
      inode: inode ?? 0,
    })),
  }
}
