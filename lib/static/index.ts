export { type Directory, serveDirectory } from './directory.ts'
