import type { JSX } from 'preact'
import type { Experiment } from './experiment.ts'
import { Title } from './title.tsx'
import { words } from './words.ts'

export function SandboxPage(_: {
  experiments: readonly Experiment[]
  text: string | null
}): JSX.Element {
  return <Title>{words.value.sandboxTitle}</Title>
}
