const prefix = 'epollet-lab:'

/** A value stored in this browser; null if there is none or storage is not available. */
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
    // A browser may forbid storage; the page works without it.
  }
}
