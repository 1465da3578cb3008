import { type Runner, scenarios, transcriptOf } from '../../lab/index.ts'
import type { Language } from '../terminal/language.ts'
import type { Course } from './course.ts'
import { asReference, differencesOf } from './difference.ts'
import { words } from './words.ts'

/** The course without a terminal: each experiment as a valid program, with its texts as comments. */
export async function* transcriptsOf(
  course: Course,
  runner: Runner,
  language: Language,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const { belief, rule, difference, howTo } = words[language]
  for (const [index, { transcript }] of course.entries()) {
    const { scenario, lines } = transcript
    const { steps } = await transcript.runFirst(runner, lines.length, { signal })
    const different = differencesOf(asReference(lines), steps)
    yield [
      `# ${scenario.number} ${scenario.id}: ${scenario.title[language]}`,
      `# ${labelled(belief, scenario.belief[language])}`,
      transcriptOf(steps).trimEnd(),
      ...different.map(({ op, came, expected }) => `# ${difference(op, came, expected)}`),
      `# ${labelled(rule, scenario.rule[language])}`,
      index < course.length - 1 ? '\n' : '',
    ].join('\n')
  }
  yield ['', ...howTo(scenarios.length).map(line => `# ${line}`), ''].join('\n')
}

function labelled(label: string, text: string): string {
  return label.endsWith('：') ? label + text : `${label} ${text}`
}
