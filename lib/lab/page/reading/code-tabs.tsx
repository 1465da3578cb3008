import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useId, useMemo, useState } from 'preact/hooks'
import type { Operation } from '../../language/syntax.ts'
import type { Text } from '../../scenario.ts'
import { keep, recall } from '../asking/storage.ts'
import { language } from '../language.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import type { Line } from '../playing/program.ts'
import { words } from '../words.ts'
import { CodeBlock } from './code-block.tsx'

const languages = ['python', 'c', 'typescript'] as const
type CodeLanguage = (typeof languages)[number]
const names: Readonly<Record<CodeLanguage, string>> = {
  python: 'Python',
  c: 'C',
  typescript: 'TypeScript',
}

const chosen = signal<CodeLanguage | null>(languages.find(one => one === recall('code')) ?? null)

function choose(one: CodeLanguage): void {
  chosen.value = one
  keep('code', one)
}

/** The operations as programs in other languages. The code that generates them is loaded on first use. */
export function CodeTabs({ lines }: { lines: readonly Line[] }): JSX.Element | null {
  const t = words.value
  const id = useId()
  const operations = useMemo(() => operationsOf(lines), [lines])
  if (operations === null) return null
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    const at = languages.indexOf(chosen.value ?? 'python') + step
    const next = languages[(at + languages.length) % languages.length]!
    choose(next)
    document.getElementById(`${id}-${next}`)?.focus()
  }
  return (
    <section class="code-tabs" aria-labelledby={id}>
      <h2 id={id}>{t.code}</h2>
      <div role="tablist" aria-labelledby={id} onKeyDown={onKeyDown}>
        {languages.map(one => (
          <button
            key={one}
            id={`${id}-${one}`}
            type="button"
            role="tab"
            aria-selected={chosen.value === one}
            aria-controls={`${id}-panel`}
            tabIndex={one === (chosen.value ?? 'python') ? 0 : -1}
            onClick={() => choose(one)}
          >
            {names[one]}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${chosen.value ?? 'python'}`}>
        {chosen.value !== null && (
          <Program key={chosen.value} operations={operations} in={chosen.value} />
        )}
      </div>
    </section>
  )
}

/** Null for a module's experiment. */
function operationsOf(lines: readonly Line[]): readonly Operation[] | null {
  const operations = lines.flatMap(({ action, ...line }, i) =>
    action === null ? [] : [{ ...line, action, line: i + 1, column: 1 }],
  )
  return operations.length === lines.length ? operations : null
}

type Written = string | { readonly unsayable: Text }

interface ProgramProps {
  readonly operations: readonly Operation[]
  readonly in: CodeLanguage
}

function Program({ operations, in: wanted }: ProgramProps): JSX.Element {
  const t = words.value
  const [written, setWritten] = useState<Written | null>(null)
  useEffect(() => {
    let isWanted = true
    import('../../code/index.ts').then(
      ({ programOf }) => isWanted && setWritten(programOf(operations, wanted)),
      () => isWanted && setWritten({ unsayable: t.codeGone }),
    )
    return () => {
      isWanted = false
    }
  }, [operations, wanted])
  if (written === null) return <p class="soft">{t.loading}</p>
  if (typeof written !== 'string') return <p class="note">{written.unsayable[language.value]}</p>
  return (
    <>
      <CopyButton text={() => written}>{t.copy}</CopyButton>
      <CodeBlock text={written} language={wanted} />
    </>
  )
}
