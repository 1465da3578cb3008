import { Epoll, Socket } from '../../core/index.ts'
import { EPOLLIN } from '../../sys/index.ts'

/** Pairs of connected sockets. One epoll watches the reading ends; the event data of each is its index. */
export class Pairs {
  readonly readers: readonly Socket[]
  readonly writers: readonly Socket[]
  readonly epoll: Epoll = new Epoll()

  constructor(count: number, mask: number = EPOLLIN) {
    const [readers, writers]: [Socket[], Socket[]] = [[], []]
    this.readers = readers
    this.writers = writers
    try {
      for (let i = 0; i < count; i++) {
        const [reader, writer] = Socket.pair()
        readers.push(reader)
        writers.push(writer)
        this.epoll.register(reader, mask, i)
      }
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** The descriptor numbers; reading and writing ends alternate. */
  numbers(): Int32Array {
    return Int32Array.from(
      this.readers.flatMap((reader, i) => [reader.fileno(), this.writers[i]!.fileno()]),
    )
  }

  close(): void {
    for (const socket of [...this.readers, ...this.writers]) socket.close()
    this.epoll.close()
  }
}
