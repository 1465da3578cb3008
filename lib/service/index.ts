// The interface of service: other layers import only from this file.
export { AccessLog, type AccessLogOptions } from './access-log.ts'
export { combinedLine, jsonLine, type LogLine } from './log-line.ts'
export { printable } from './printable.ts'
