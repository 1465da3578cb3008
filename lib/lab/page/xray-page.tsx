import type { JSX } from 'preact'
import { Title } from './title.tsx'
import { words } from './words.ts'

export function XrayPage(): JSX.Element {
  return <Title>{words.value.xrayTitle}</Title>
}
