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
  /** Between the run and the truth. */
  readonly more?: readonly Block[]
}

/** A myth as a section of a page: where it is found, what refutes it, what is so. */
export function mythSection({ id, said, found, watch, transcript, truth, more }: Myth): Section {
  return {
    id,
    heading: said,
    said: true,
    blocks: [
      { kind: 'paragraph', role: 'found', text: found },
      { kind: 'run', transcript, caption: watch },
      ...(more ?? []),
      { kind: 'paragraph', role: 'truth', text: truth },
    ],
  }
}
