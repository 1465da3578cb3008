import type { Block, Line, Section } from './prose.ts'

/** A sentence that people say, and operations that come out otherwise. */
export interface Myth {
  readonly id: string
  readonly said: Line
  /** On what kind of page. */
  readonly found: Line
  /** What to look at in the run. */
  readonly watch: Line
  readonly transcript: string
  readonly truth: Line
  /** The experiment in which it can be predicted. */
  readonly experiment?: string
  /** Between the run and the truth. */
  readonly more?: readonly Block[]
}

/** A myth as a section of a page: where it is found, what refutes it, what is so. */
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
