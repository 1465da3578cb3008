// The three forms of RFC 9110 section 5.6.7. The name of the day is not compared with the date: the RFC asks recipients
// to be robust.
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
/** The years 0 to 9999, which fit in four digits. */
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

/** Reads a two-digit year as the latest matching year that is at most 50 years ahead. */
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
 * Seconds since 1970, or undefined if the text is not an HTTP-date or its day does not exist.
 *
 * @param now the wall clock, for the century of a two-digit year
 */
export function parseHttpDate(text: string, now: () => number = Date.now): number | undefined {
  const whole = (imfFixdate.exec(text) ?? asctime.exec(text))?.groups
  if (whole !== undefined) return secondsOf(whole, Number(whole['year']))
  const short = rfc850.exec(text)?.groups
  return short === undefined ? undefined : secondsOfShortYear(short, now())
}

/** Formats seconds since 1970 as an IMF-fixdate; undefined outside the years 0 to 9999. */
export function formatHttpDate(seconds: number): string | undefined {
  if (!(seconds >= firstS && seconds <= lastS)) return undefined
  return new Date(seconds * secondMs).toUTCString()
}
