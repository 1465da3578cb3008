import type { Block, Line, Section } from './prose.ts'

/** Operations that are run where the text stands, or an experiment that has them. */
export type Live =
  | { readonly transcript: string; readonly caption: Line }
  | { readonly experiment: string; readonly part: 'transcript' | 'mend'; readonly caption: Line }

/** A program of examples/: what it adds, and the trap in it that the next one mends. */
export interface Step {
  readonly number: number
  /** Of its file: `accept-all`. */
  readonly name: string
  readonly heading: Line
  readonly adds: Line
  readonly code: string
  readonly trap: Line
  /** Between the trap and what mends it. */
  readonly more?: readonly Block[]
  readonly goesWrong?: Live
  readonly mend: Line
  readonly goesWell?: Live
  /** The name of the next one; undefined after the last. */
  readonly next?: string
}

function liveBlock(live: Live): Block {
  return 'transcript' in live
    ? { kind: 'run', transcript: live.transcript, caption: live.caption }
    : { kind: 'experiment', id: live.experiment, part: live.part, caption: live.caption }
}

function way(file: string, next: string | undefined): Line {
  const [program, twin] = [`[${file}.ts](${file}.ts)`, `[Python](${file}.py)`]
  const [english, chinese] = file.startsWith('examples/11')
    ? [program, program]
    : [`${program}, in ${twin}`, `${program}，${twin}`]
  if (next === undefined)
    return { en: `The whole program: ${english}.`, zh: `完整的程序：${chinese}。` }
  return {
    en: `The whole program: ${english}. [The next step](#/tutorial/${next}).`,
    zh: `完整的程序：${chinese}。[下一步](#/tutorial/${next})。`,
  }
}

/** A step as a section of the page. */
export function stepSection(step: Step): Section {
  const { number, name, heading, adds, code, trap, more, goesWrong, mend, goesWell, next } = step
  const file = `examples/${String(number).padStart(2, '0')}-${name}`
  return {
    id: name,
    heading: {
      en: `Step ${number}: ${heading.en}`,
      zh: `第 ${number} 步：${heading.zh}`,
    },
    blocks: [
      { kind: 'paragraph', text: adds },
      { kind: 'code', language: 'typescript', text: code, from: `${file}.ts` },
      { kind: 'paragraph', role: 'trap', text: trap },
      ...(goesWrong === undefined ? [] : [liveBlock(goesWrong)]),
      ...(more ?? []),
      { kind: 'paragraph', role: 'mend', text: mend },
      ...(goesWell === undefined ? [] : [liveBlock(goesWell)]),
      { kind: 'paragraph', text: way(file, next) },
    ],
  }
}
