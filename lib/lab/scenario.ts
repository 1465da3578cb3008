/** A text in both languages of the lab. */
export interface Text {
  readonly en: string
  readonly zh: string
}

/** Asks the learner to predict an outcome. The kernel gives the answer. */
export interface Question {
  readonly text: Text
  /** Two to four outcomes in a transcript's notation. */
  readonly choices: readonly string[]
}

/** Which part of an experiment to run: the surprising transcript, or the fixed version. */
export type Part = 'transcript' | 'fix'

export interface Link {
  readonly label: string
  readonly url: string
}

/** An experiment: a common belief, and operations that show how the kernel really behaves. */
export interface Scenario {
  /** Counted from 1. */
  readonly number: number
  /** Used in URLs and on the command line, such as `half-read`. */
  readonly id: string
  /** From 1 to 8. */
  readonly chapter: number
  readonly title: Text
  /** The belief, in the words in which people state it. */
  readonly belief: Text
  /**
   * The operations with their outcomes, one per line: `wait E ? -> r:IN`. In an outcome, `*` matches anything, `>1000`
   * a larger number, and ` or ` separates alternatives.
   */
  readonly transcript: string
  /** One question for each `?` in the transcript, in order. */
  readonly questions: readonly Question[]
  /** One sentence, shown after the last answer. */
  readonly rule: Text
  /** How to do it correctly, with a transcript. */
  readonly fix: { readonly text: Text; readonly transcript: string }
  /** Man pages and incident reports. */
  readonly links: readonly Link[]
  /** Sentences about kernels with a different outcome, with their versions. */
  readonly kernels?: readonly Text[]
  /** Why no states are read for this experiment. */
  readonly unread?: Text
  /** The module (a file in `modules/`) that adds operations to the language for this experiment. */
  readonly module?: string
}
