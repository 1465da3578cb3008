// The interface of the lab: other layers import only from this file.
export { type Language, programOf } from './code/index.ts'
export { chapters, course } from './course.ts'
export { LabError, type LabErrorCode } from './errors.ts'
export { matches } from './language/outcome.ts'
export { parse } from './language/parse.ts'
export { type ScriptLine, scriptOf } from './language/script.ts'
export {
  type Action,
  type Flag,
  flags,
  type Operation,
  type Parsed,
  type SyntaxProblem,
} from './language/syntax.ts'
export { transcriptOf } from './language/transcript.ts'
export { vocabulary } from './language/vocabulary.ts'
export { requestBytesMax } from './limits.ts'
export type { NamedEvent, RunRecord, State, Step } from './record.ts'
export type { RunOptions } from './runner/recorder.ts'
export { Runner } from './runner/runner.ts'
export type { Link, Part, Question, Scenario, Text } from './scenario.ts'
export { scenarios } from './scenarios/index.ts'
export { type ExportOptions, exportLab, exportProblem } from './server/export.ts'
export { LabServer, pages } from './server/server.ts'
