const prefix = 'epollet-lab:'

/** What this browser keeps of a reader; null where it keeps nothing, as in a private window. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(prefix + name)
  } catch {
    return null
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(prefix + name, value)
  } catch {
    // Nothing depends on it.
  }
}
