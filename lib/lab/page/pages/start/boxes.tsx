import type { JSX } from 'preact'
import { language } from '../../language.ts'
import { texts } from './words.ts'

interface Props {
  /** The index of the current operation of the warm-up. */
  readonly step: number
  readonly isAnswered: boolean
}

/** Client, pipe, epoll and program as boxes, as far as the operations have made them. The sentences say the same. */
export function Boxes({ step, isAnswered }: Props): JSX.Element {
  const t = texts[language.value]
  const hasBytes = step >= 3
  return (
    <div class="boxes" aria-hidden="true">
      <Box name={t.boxes.client} sub="w" isNow={step === 3} />
      <Arrow isOn={hasBytes} />
      <Box name={t.boxes.pipe} sub={`r · ${t.waiting(hasBytes ? 5 : 0)}`} isNow={step === 0} />
      <Arrow isOn={hasBytes} isThere={step >= 2} />
      <Box
        name={`${t.boxes.epoll} L`}
        sub={step >= 2 ? t.watches : ''}
        isThere={step >= 1}
        isNow={step === 1 || step === 2}
      />
      <Arrow isOn={isAnswered} isThere={step >= 4} />
      <Box
        name={t.boxes.program}
        sub={isAnswered ? t.knows : step >= 4 ? t.asks : ''}
        isNow={step >= 4}
      />
    </div>
  )
}

interface BoxProps {
  readonly name: string
  readonly sub: string
  readonly isThere?: boolean
  readonly isNow: boolean
}

function Box({ name, sub, isThere = true, isNow }: BoxProps): JSX.Element {
  return (
    <span class={`box${isThere ? '' : ' absent'}${isNow ? ' now' : ''}`}>
      <b>{name}</b>
      <span>{sub}</span>
    </span>
  )
}

function Arrow({ isOn, isThere = true }: { isOn: boolean; isThere?: boolean }): JSX.Element {
  return <span class={`arrow${isThere ? '' : ' absent'}${isOn ? ' on' : ''}`}>→</span>
}
