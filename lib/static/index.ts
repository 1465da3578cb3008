export * from './choices.ts'
export { type Directory, serveDirectory } from './directory.ts'
export type { DirectoryOptions } from './options.ts'
