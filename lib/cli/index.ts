export { run } from './command.ts'
