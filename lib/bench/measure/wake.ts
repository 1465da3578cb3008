/** How a thread waits: in epoll_wait itself, by an epoll nested in Node's loop, by node:net alone. */
export type Wake = 'blocking' | 'nested' | 'libuv'

/** The same for people. */
export const wakeTitles: Readonly<Record<Wake, string>> = {
  blocking: 'a thread in Epoll.poll()',
  nested: "Epoll.watch(), in Node's loop",
  libuv: 'node:net',
}
