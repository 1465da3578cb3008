/** Contenders that look alike in all pictures: each has a colour and a shape of its own. */
const fixed = ['c-epoll', 'epoll-wait', 'epoll-poll', 'c-poll', 'c-select', 'python']
export const seriesCount = 8

/** The number of a contender's colour and shape. @param ids all contenders of its picture */
export function seriesOf(id: string, ids: readonly string[]): number {
  const known = fixed.indexOf(id)
  return known === -1 ? ids.indexOf(id) % seriesCount : known
}
