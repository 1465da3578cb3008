// The interface of loop: other layers import only from this file.
export * from './event-loop.ts'
export * from './registration.ts'
export type { EventHandler } from './slots.ts'
export * from './timer.ts'
