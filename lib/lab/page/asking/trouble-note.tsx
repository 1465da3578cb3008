import type { JSX } from 'preact'
import { words } from '../words.ts'
import type { Trouble } from './trouble.ts'

interface Props {
  readonly trouble: Trouble | null
  readonly onAgain?: () => void
}

/** An error message with advice. The element is always present, so that screen readers announce new text in it. */
export function TroubleNote({ trouble, onAgain }: Props): JSX.Element {
  const t = words.value
  return (
    <div role="alert" class={trouble === null ? '' : 'trouble'}>
      {trouble !== null && (
        <>
          <p>
            <b>{t.troubles[trouble.kind].what}</b> {t.troubles[trouble.kind].how}
          </p>
          {trouble.message !== '' && <p class="soft">{trouble.message}</p>}
          <p>
            {trouble.kind === 'refused' ? (
              <button type="button" onClick={() => location.reload()}>
                {t.reload}
              </button>
            ) : (
              onAgain !== undefined &&
              trouble.kind !== 'recorded' &&
              trouble.kind !== 'mistakes' && (
                <button type="button" onClick={onAgain}>
                  {t.tryAgain}
                </button>
              )
            )}
          </p>
        </>
      )}
    </div>
  )
}
