/**
 * The Linux kernel's epoll for TypeScript.
 *
 * @module epollet
 */
export {
  type AdoptOptions,
  type BeneathOptions,
  type ControlMessage,
  type ControlMessageLike,
  Descriptor,
  Epoll,
  type EpollOptions,
  type Event,
  EventBuffer,
  EventFd,
  File,
  type FileOptions,
  FileStat,
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
export {
  EventLoop,
  Listener,
  type ListenerHandler,
  Registration,
  Timer,
} from './loop/index.ts'
export * from './sys/constants.ts'
export {
  type Address,
  type AddressLike,
  ClosedError,
  type FdLike,
  type Interest,
  maskNames,
  SystemError,
} from './sys/index.ts'
