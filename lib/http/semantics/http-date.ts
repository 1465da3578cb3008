// The three forms of RFC 9110 section 5.6.7. The day's name is checked for being one, not for being the right
// one: the RFC asks recipients to be robust there.
const imfFixdate =
  /^(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat), (?<day>\d\d) (?<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (?<year>\d{4}) (?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d) GMT$/
const rfc850 =
  /^(?:Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday), (?<day>\d\d)-(?<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-(?<year>\d\d) (?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d) GMT$/
const asctime =
  /^(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat) (?<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (?<day>\d\d| \d) (?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d) (?<year>\d{4})$/
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const secondMs = 1000
const secondsMax = 60
const futureYearsMax = 50
/** The years 0 to 9999: those that four digits can say. */
const firstS = -62_167_219_200
const lastS = 253_402_300_799

type Parts = Readonly<Record<string, string>>

function secondsOf(parts: Parts, fullYear: number): number | undefined {
  const dayOfMonth = Number(parts['day'])
  const [hour, minute, second] = [parts['hour'], parts['minute'], parts['second']].map(Number)
  // 60 is a leap second.
  if (hour! > 23 || minute! > 59 || second! > secondsMax) return undefined
  const date = new Date(0)
  date.setUTCFullYear(fullYear, months.indexOf(parts['month']!), dayOfMonth)
  if (date.getUTCDate() !== dayOfMonth) return undefined
  return date.setUTCHours(hour!, minute!, second) / secondMs
}

/** Of the years that end in two digits, the latest that is not more than 50 years ahead. */
function secondsOfShortYear(parts: Parts, nowMs: number): number | undefined {
  const limit = new Date(nowMs)
  const lastYear = limit.getUTCFullYear() + futureYearsMax
  limit.setUTCFullYear(lastYear)
  const fullYear = lastYear - ((lastYear - Number(parts['year'])) % 100)
  const seconds = secondsOf(parts, fullYear)
  if (seconds !== undefined && seconds * secondMs <= limit.getTime()) return seconds
  return secondsOf(parts, fullYear - 100)
}

/**
 * Seconds since 1970, or undefined for what is not exactly an HTTP-date, or not a day of the calendar.
 *
 * @param now the wall clock: it tells the century of a year of two digits
 */
export function parseHttpDate(text: string, now: () => number = Date.now): number | undefined {
  const whole = (imfFixdate.exec(text) ?? asctime.exec(text))?.groups
  if (whole !== undefined) return secondsOf(whole, Number(whole['year']))
  const short = rfc850.exec(text)?.groups
  return short === undefined ? undefined : secondsOfShortYear(short, now())
}

/** An IMF-fixdate, or undefined for a year that has not four digits. */
export function formatHttpDate(seconds: number): string | undefined {
  if (!(seconds >= firstS && seconds <= lastS)) return undefined
  return new Date(seconds * secondMs).toUTCString()
}
