// The interface of static: other layers import only from this file.
export { type Directory, serveDirectory } from './directory.ts'
export * from './option-values.ts'
export type { DirectoryOptions } from './options.ts'
export * from './warning-limiter.ts'
