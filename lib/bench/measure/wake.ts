/** How a thread waits: in epoll_wait, with an epoll nested in Node's event loop, or with node:net. */
export type Wake = 'blocking' | 'nested' | 'libuv'

/** The titles shown in results. */
export const wakeTitles: Readonly<Record<Wake, string>> = {
  blocking: 'a thread in Epoll.poll()',
  nested: "Epoll.watch(), in Node's loop",
  libuv: 'node:net',
}
