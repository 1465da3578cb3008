export { type Directory, serveDirectory } from './directory.ts'
export { choices, type DirectoryOptions } from './options.ts'
