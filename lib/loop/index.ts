// The interface of loop: other layers import only from this file.
export * from './acceptor.ts'
export * from './event-loop.ts'
export { Listener, type ListenerHandler } from './listener.ts'
export * from './registration.ts'
export type { EventHandler } from './slots.ts'
export * from './timer.ts'
