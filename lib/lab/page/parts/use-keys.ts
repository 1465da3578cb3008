import { useLayoutEffect } from 'preact/hooks'

export type Keys = Readonly<Record<string, () => void>>

/** Binds keys on the whole page. Keys in text fields or with modifiers are ignored. */
export function useKeys(keys: Keys): void {
  // Bound together with what is drawn, so that no key meets the previous view.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined
      const isModified = event.ctrlKey || event.altKey || event.metaKey
      if (act === undefined || isModified || isWanted(event.target, event.key)) return
      event.preventDefault()
      act()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [keys])
}

function isWanted(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false
  if (target.closest('textarea, select, input, [contenteditable], [role=tablist]') !== null)
    return true
  return (key === ' ' || key === 'Enter') && target.closest('button, a, summary') !== null
}
