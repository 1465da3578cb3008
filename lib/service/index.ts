export { AccessLog, combinedLine } from './access-log.ts'
