/** How a thread waits: in epoll_wait itself, by an epoll nested in Node's loop, by node:net alone. */
export type Wake = 'blocking' | 'nested' | 'libuv'
