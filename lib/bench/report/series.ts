/** Contenders that have the same colour and shape in all pictures. */
const fixed = ['c-epoll', 'epoll-wait', 'epoll-poll', 'c-poll', 'c-select', 'python']
export const seriesCount = 8

/** The index of a contender's colour and shape. @param ids all contenders of its picture */
export function seriesOf(id: string, ids: readonly string[]): number {
  const known = fixed.indexOf(id)
  return known === -1 ? ids.indexOf(id) % seriesCount : known
}
