import type { Block, Line, Section } from './prose.ts'

/** Operations that are run where the text stands, or an experiment that has them. */
export type Live =
  | { readonly transcript: string; readonly caption: Line }
  | { readonly experiment: string; readonly part: 'transcript' | 'fix'; readonly caption: Line }

/** A program of examples/: what it adds, and the trap in it that the next one fixes. */
export interface Step {
  readonly number: number
  /** Of its file: `accept-all`. */
  readonly name: string
  readonly heading: Line
  readonly adds: Line
  readonly code: string
  readonly trap: Line
  /** Between the trap and its fix. */
  readonly more?: readonly Block[]
  readonly goesWrong?: Live
  readonly fix: Line
  readonly goesWell?: Live
  /** The name of the next one; undefined after the last. */
  readonly next?: string
}

function liveBlock(live: Live): Block {
  return 'transcript' in live
    ? { kind: 'run', transcript: live.transcript, caption: live.caption }
    : { kind: 'experiment', id: live.experiment, part: live.part, caption: live.caption }
}

function way(file: string, isTwin: boolean, next: string | undefined): Line {
  const twin = isTwin
    ? {
        en: `, and [the same step in Python](${file}.py)`,
        zh: `，以及[同一步的 Python](${file}.py)`,
      }
    : { en: '', zh: '' }
  const onward =
    next === undefined
      ? { en: '', zh: '' }
      : { en: ` [The next step](#/tutorial/${next}).`, zh: `[下一步](#/tutorial/${next})。` }
  return {
    en: `[The complete program](${file}.ts)${twin.en}.${onward.en}`,
    zh: `[完整的程序](${file}.ts)${twin.zh}。${onward.zh}`,
  }
}

/** A step as a section of the page. */
export function stepSection(step: Step): Section {
  const { number, name, heading, adds, code, trap, more, goesWrong, fix, goesWell, next } = step
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
      { kind: 'paragraph', role: 'fix', text: fix },
      ...(goesWell === undefined ? [] : [liveBlock(goesWell)]),
      { kind: 'paragraph', text: way(file, number < 11, next) },
    ],
  }
}
