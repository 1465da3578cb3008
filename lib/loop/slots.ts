import type { Epoll } from '../core/index.ts'
import {
  EBADF,
  ENOENT,
  EPERM,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  maskNames,
  native,
  SystemError,
} from '../sys/index.ts'

/** Receives a descriptor's events. An object instead of a closure saves one allocation per connection. */
export interface EventHandler {
  onEvents(events: number): void
}

const two32 = 2 ** 32
const noSlot = -1
/** A JavaScript number has 53 exact bits: a 32-bit slot leaves 21 for the generation. */
const generationMax = 2 ** 21 - 1

/** Replaces the handler of a registration whose descriptor was closed before it was removed. */
const superseded: EventHandler = { onEvents() {} }

/**
 * A loop's registrations in its epoll. epoll_data holds a slot and the slot's generation, so an event never reaches a
 * later user of the same slot or descriptor number.
 *
 * @internal
 */
export class Slots {
  readonly #epoll: Epoll
  readonly #handlers: (EventHandler | null)[] = []
  readonly #generations: number[] = []
  readonly #free: number[] = []
  /** The slot last taken for each descriptor number. */
  readonly #owners: number[] = []
  readonly #numbers: number[] = []
  /** Slots of EPOLLONESHOT registrations, which are added to a new epoll only when they are armed again. */
  readonly #disarmed = new Set<number>()
  readonly #onEmpty: () => void
  #taken = 0

  /** @param onEmpty called when the last registration is removed */
  constructor(epoll: Epoll, onEmpty: () => void) {
    this.#epoll = epoll
    this.#onEmpty = onEmpty
  }

  get taken(): number {
    return this.#taken
  }

  add(fd: number, eventmask: number, handler: EventHandler): number {
    const slot = this.#free.at(-1) ?? this.#handlers.length
    this.#control(EPOLL_CTL_ADD, fd, eventmask, slot)
    this.#free.pop()
    this.#supersede(fd)
    this.#generations[slot] ??= 0
    this.#handlers[slot] = handler
    this.#numbers[slot] = fd
    this.#owners[fd] = slot
    this.#taken++
    return slot
  }

  rearm(slot: number, fd: number, eventmask: number): void {
    this.#assertOwner(slot, fd)
    const isOut = this.#disarmed.size > 0 && this.#disarmed.has(slot)
    this.#control(isOut ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, eventmask, slot)
    if (isOut) this.#disarmed.delete(slot)
  }

  unregister(slot: number, fd: number): void {
    const isOut = this.#disarmed.has(slot)
    this.free(slot)
    this.#assertOwner(slot, fd)
    if (!isOut) this.#epoll.unregister(fd)
  }

  /** Frees a slot without a system call. A second call does nothing. */
  free(slot: number): void {
    if (this.#handlers[slot] == null) return
    this.#handlers[slot] = null
    this.#renew(slot)
    this.#free.push(slot)
    if (this.#disarmed.size > 0) this.#disarmed.delete(slot)
    if (--this.#taken === 0) this.#onEmpty()
  }

  /** Marks the registrations that the new epoll does not have. */
  leaveOut(slots: readonly number[]): void {
    for (const slot of slots) this.#disarmed.add(slot)
  }

  /** The handler of an event, or null if its registration was removed. */
  handlerOf(slot: number, generation: number): EventHandler | null {
    return this.#generations[slot] === generation ? (this.#handlers[slot] ?? null) : null
  }

  /** Whether an entry of the kernel's list belongs to a current registration. */
  lives(data: number, fd: number): boolean {
    const slot = data % two32
    return this.#owners[fd] === slot && this.handlerOf(slot, Math.floor(data / two32)) !== null
  }

  /**
   * Whether the number no longer refers to the registered file; if so, drops the slot's handler. Tries to add the
   * number again: if it still refers to that file, this fails with EEXIST and changes nothing.
   */
  isGhost(slot: number, fd: number): boolean {
    const epfd = this.#epoll.fileno()
    const result = native.epollCtl(epfd, EPOLL_CTL_ADD, fd, 0, this.#dataOf(slot))
    if (result !== 0 && result !== EBADF && result !== EPERM) return false
    if (result === 0) native.epollCtl(epfd, EPOLL_CTL_DEL, fd, 0, 0)
    this.#abandon(slot)
    return true
  }

  clear(): void {
    this.#handlers.length = 0
    this.#owners.length = 0
    this.#numbers.length = 0
    this.#disarmed.clear()
    this.#taken = 0
  }

  #dataOf(slot: number): number {
    return (this.#generations[slot] ?? 0) * two32 + slot
  }

  #control(op: number, fd: number, eventmask: number, slot: number): void {
    const result = native.epollCtl(this.#epoll.fileno(), op, fd, eventmask, this.#dataOf(slot))
    if (result >= 0) return
    const name = op === EPOLL_CTL_ADD ? 'EPOLL_CTL_ADD' : 'EPOLL_CTL_MOD'
    throw new SystemError(-result, 'epoll_ctl', `${name} ${maskNames(eventmask)} fd ${fd}`)
  }

  /** Without this check, the kernel would change or remove a later registration of the same number. */
  #assertOwner(slot: number, fd: number): void {
    if (this.#owners[fd] === slot) return
    throw new SystemError(-ENOENT, 'epoll_ctl', `fd ${fd} was closed before it was removed`)
  }

  /** Detaches a slot from its number and handler; the slot stays taken until it is freed. */
  #abandon(slot: number): void {
    this.#owners[this.#numbers[slot]!] = noSlot
    this.#handlers[slot] = superseded
    this.#renew(slot)
  }

  /** The kernel accepts a number twice only if it was closed in between, so the first entry is a ghost now. */
  #supersede(fd: number): void {
    const before = this.#owners[fd]
    if (before === undefined || this.#numbers[before] !== fd) return
    if (this.#handlers[before] != null) this.#abandon(before)
  }

  #renew(slot: number): void {
    const generation = this.#generations[slot]!
    this.#generations[slot] = generation === generationMax ? 0 : generation + 1
  }
}
