import type { JSX } from 'preact'
import { useLayoutEffect, useMemo } from 'preact/hooks'
import type { SyntaxProblem } from '../../language/syntax.ts'

interface MarksProps {
  readonly text: string
  readonly problems: readonly SyntaxProblem[]
  readonly element: { current: HTMLPreElement | null }
}

/** An invisible copy of the text beneath the editor, with line numbers and visible underlines for the mistakes. */
export function Marks({ text, problems, element }: MarksProps): JSX.Element {
  const lines = useMemo(() => text.split('\n'), [text])
  // The editor scrolls back to the left when its text is cleared.
  useLayoutEffect(() => {
    if (text === '') element.current!.style.transform = ''
  }, [text, element])
  return (
    <div class="marks" aria-hidden="true">
      <div class="numbers">
        {lines.map((_, i) => (
          <div key={i} class={problems.some(({ line }) => line === i + 1) ? 'wrong' : ''}>
            {i + 1}
          </div>
        ))}
      </div>
      <div class="under">
        <pre ref={element}>
          {lines.map((line, i) => (
            <div key={i}>
              <Marked line={line} problems={problems.filter(one => one.line === i + 1)} />
            </div>
          ))}
        </pre>
      </div>
    </div>
  )
}

function Marked({
  line,
  problems,
}: {
  line: string
  problems: readonly SyntaxProblem[]
}): JSX.Element {
  const [first] = problems
  if (first === undefined) return <>{line === '' ? ' ' : line}</>
  const from = first.column - 1
  const length = /^[^\s;]*/.exec(line.slice(from))![0].length
  return (
    <>
      {line.slice(0, from)}
      <mark>{line.slice(from, from + length) || ' '}</mark>
      {line.slice(from + length)}
    </>
  )
}
