/** Consecutive cells with the same value, from index `from` up to, but not including, `to`. */
export interface Run<T> {
  readonly from: number
  readonly to: number
  readonly value: T
}

export function runsOf<Cell, T>(cells: readonly Cell[], of: (cell: Cell) => T): Run<T>[] {
  const runs: { from: number; to: number; value: T }[] = []
  for (const [index, cell] of cells.entries()) {
    const value = of(cell)
    const last = runs.at(-1)
    if (last?.value === value) last.to = index + 1
    else runs.push({ from: index, to: index + 1, value })
  }
  return runs
}
