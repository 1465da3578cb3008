import type { Link, Part } from '../../scenario.ts'

/** An experiment in one language, as stored in `scenarios.en.json`. */
export interface Experiment {
  readonly number: number
  readonly id: string
  readonly chapter: number
  readonly title: string
  readonly belief: string
  readonly transcript: string
  readonly questions: readonly { readonly text: string; readonly choices: readonly string[] }[]
  readonly rule: string
  readonly fix: { readonly text: string; readonly transcript: string }
  readonly links: readonly Link[]
  readonly kernels?: readonly { readonly range: string; readonly text: string }[]
  readonly unread?: string
  readonly module?: string
}

export function partText({ transcript, fix }: Experiment, part: Part): string {
  return part === 'fix' ? fix.transcript : transcript
}
