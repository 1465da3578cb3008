/** Called by the loop. An object rather than a closure, so that a connection needs one allocation less. */
export interface EventHandler {
  onEvents(events: number): void
}

const two32 = 2 ** 32
/** No slot. */
const nobody = -1
/** With a 32-bit slot, what epoll_data leaves within 2^53. */
const generationMax = 2 ** 21 - 1

/** Has the slot of a registration whose descriptor was closed before it was removed: nothing calls it. */
const superseded: EventHandler = { onEvents() {} }

/**
 * The registrations of a loop: epoll_data is a slot and its generation, so that no event reaches who has the slot or
 * the descriptor's number later.
 *
 * @internal
 */
export class Slots {
  readonly #handlers: (EventHandler | null)[] = []
  readonly #generations: number[] = []
  readonly #free: number[] = []
  /** The slot last taken for each descriptor's number: a number that was closed and reused has a new owner. */
  readonly #owners: number[] = []
  readonly #numbers: number[] = []
  #taken = 0

  get taken(): number {
    return this.#taken
  }

  /** The slot that the next registration gets. */
  get next(): number {
    return this.#free.at(-1) ?? this.#handlers.length
  }

  dataOf(slot: number): number {
    return (this.#generations[slot] ?? 0) * two32 + slot
  }

  /** Takes the next slot, for a descriptor that the kernel has accepted. */
  take(fd: number, handler: EventHandler): number {
    const slot = this.#free.pop() ?? this.#handlers.length
    this.#supersede(fd)
    this.#generations[slot] ??= 0
    this.#handlers[slot] = handler
    this.#numbers[slot] = fd
    this.#owners[fd] = slot
    this.#taken++
    return slot
  }

  /** Whether there was something to give back. */
  giveBack(slot: number): boolean {
    if (this.#handlers[slot] == null) return false
    this.#handlers[slot] = null
    this.#renew(slot)
    this.#free.push(slot)
    this.#taken--
    return true
  }

  /** The handler of an event, or null if its registration is gone. */
  handlerOf(slot: number, generation: number): EventHandler | null {
    return this.#generations[slot] === generation ? (this.#handlers[slot] ?? null) : null
  }

  /** Whether the number still is what was registered in that slot. */
  owns(slot: number, fd: number): boolean {
    return this.#owners[fd] === slot
  }

  /** Whether an entry of the kernel's list belongs to a registration that lives. */
  lives(data: number, fd: number): boolean {
    const slot = data % two32
    return this.owns(slot, fd) && this.handlerOf(slot, Math.floor(data / two32)) !== null
  }

  /** The slot stays taken until it is given back, but has no number, and what still comes for it calls nobody. */
  abandon(slot: number): void {
    this.#owners[this.#numbers[slot]!] = nobody
    this.#handlers[slot] = superseded
    this.#renew(slot)
  }

  clear(): void {
    this.#handlers.length = 0
    this.#owners.length = 0
    this.#numbers.length = 0
    this.#taken = 0
  }

  /** The kernel takes a number twice only where it was closed in between: what comes for the first file is a ghost's. */
  #supersede(fd: number): void {
    const before = this.#owners[fd]
    if (before === undefined || this.#numbers[before] !== fd) return
    if (this.#handlers[before] != null) this.abandon(before)
  }

  #renew(slot: number): void {
    const generation = this.#generations[slot]!
    this.#generations[slot] = generation === generationMax ? 0 : generation + 1
  }
}
