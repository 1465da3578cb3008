/**
 * The Linux kernel's real epoll in the hands of TypeScript.
 *
 * @module epollet
 */
export {
  type BeneathOptions,
  Descriptor,
  Epoll,
  type EpollOptions,
  type Event,
  EventBuffer,
  EventFd,
  File,
  type FileOptions,
  FileStat,
  type Interest,
  Pipe,
  PipeReader,
  PipeWriter,
  Poll,
  type SendOptions,
  Socket,
  type SocketOptions,
  select,
  TimerFd,
  type TimerFdTime,
  type Watcher,
} from './core/index.ts'
export { EventLoop, Registration, Timer } from './loop/index.ts'
export * from './sys/constants.ts'
export {
  type Address,
  type AddressLike,
  ClosedError,
  type FdLike,
  maskNames,
  SystemError,
} from './sys/index.ts'
