import type { Block, Line, Section } from './prose.ts'

/** A sentence that people say, and operations that refute it. */
export interface Myth {
  readonly id: string
  readonly said: Line
  /** The kind of page on which people say it. */
  readonly found: Line
  /** The caption of the run: the line to pay attention to. */
  readonly watch: Line
  readonly transcript: string
  readonly truth: Line
  /** The experiment in which readers can predict the outcome. */
  readonly experiment?: string
  /** Blocks between the run and the truth. */
  readonly more?: readonly Block[]
}

/** A myth as a section of a page: where it is found, the run that refutes it, and the truth. */
export function mythSection(myth: Myth): Section {
  const { id, said, found, watch, transcript, truth, more, experiment } = myth
  return {
    id,
    heading: said,
    said: true,
    blocks: [
      { kind: 'paragraph', role: 'found', text: found },
      { kind: 'run', transcript, caption: watch },
      ...(more ?? []),
      { kind: 'paragraph', role: 'truth', text: truth },
      ...(experiment === undefined ? [] : [invitation(experiment)]),
    ],
  }
}

function invitation(experiment: string): Block {
  const text = {
    en: `More of it, with [questions to predict](#/e/${experiment}).`,
    zh: `相关实验：[先预测，再看结果](#/e/${experiment})。`,
  }
  return { kind: 'paragraph', text }
}
