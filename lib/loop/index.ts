export * from './event-loop.ts'
export * from './registration.ts'
export * from './timer.ts'
