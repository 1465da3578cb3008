/** The unit with its article: `an event`, `a wait`. */
export function aUnit(unit: string): string {
  return `${/^[aeiou]/.test(unit) ? 'an' : 'a'} ${unit}`
}
