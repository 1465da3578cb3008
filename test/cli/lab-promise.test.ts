// The terminal shows nothing that decides a question before it is answered.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { courseOf, experimentAt, neededAt, type Place, start } from '../../lib/cli/lab/course.ts'
import { experimentOf } from '../../lib/cli/lab/experiment.ts'
import { placeLines, type Style } from '../../lib/cli/lab/view.ts'
import { Runner, type RunRecord, type State, type Step, scenarios } from '../../lib/lab/index.ts'

const runner = new Runner()
after(() => runner.close())
const paint = { strong: String, faint: String, changed: String }

/** The state that another kernel could have: other edges, and other interest and ready lists. */
function otherState(state: State): State {
  return {
    descriptors: state.descriptors.map(one => ({
      ...one,
      edges: one.edges?.length === 0 ? ['IN', 'HUP'] : [],
    })),
    epolls: state.epolls.map(one => ({ ...one, ready: one.ready !== true, interest: [] })),
  }
}

function otherwise(step: Step, outcome: string): Step {
  const { state } = step
  return { ...step, outcome, state: state === null ? null : otherState(state) }
}

function linesAt(place: Place, course: ReturnType<typeof courseOf>, record: RunRecord): string {
  const steps = record.steps.slice(0, neededAt(course, place))
  const styles: Style[] = [
    { language: 'en', width: 80, paint },
    { language: 'zh', width: 80, paint },
  ]
  return styles
    .flatMap(style => placeLines(course, place, { ...record, steps }, style, true))
    .join('\n')
}

for (const scenario of scenarios) {
  test(`the terminal shows the same before each answer of ${scenario.id}, whatever the answer is`, async () => {
    const course = courseOf([scenario])
    const experiment = experimentOf(scenario, 'transcript')
    const record = await experiment.runFirst(runner, experiment.lines.length, { states: true })
    const { asking } = experimentAt(course, start)!
    for (const [index, asked] of asking.entries()) {
      const { choices } = scenario.questions[index]!
      const said = Array.from({ length: index }, () => null)
      const before = { ...start, predictions: said, asks: true }
      const seen = linesAt(before, course, record)
      const answered = { ...before, predictions: said.slice(1), asks: false }
      for (const choice of choices) {
        const steps = record.steps.map((step, i) =>
          otherwise(step, i === asked ? choice : step.outcome),
        )
        const other = { ...record, steps }
        assert.equal(linesAt(before, course, other), seen)
        // After an earlier answer, this question is still open.
        if (index > 0)
          assert.equal(linesAt(answered, course, other), linesAt(answered, course, record))
      }
    }
  })
}
