export * from './connection.ts'
export * from './connections.ts'
export * from './listener.ts'
export * from './output.ts'
