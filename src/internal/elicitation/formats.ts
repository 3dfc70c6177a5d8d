/**
 * The formats that a text field of an MCP form can have. Those of MCP are checked; any other says how to show the field, and every text fits.
 */

/** Whether a text is of a format. */
export const fitsFormat = (format: string, text: string): boolean => {
  switch (format) {
    case "email":
      return email.test(text)
    case "uri":
      // `canParse` trims and drops whitespace.
      return !/\s/.test(text) && URL.canParse(text)
    case "date":
      return isDate(text)
    case "date-time":
      return isDateTime(text)
    default:
      return true
  }
}

// internal

// What mail servers take is their business: a part, an @, a part.
const email = /^[^\s@]+@[^\s@]+$/

const date = /^(\d{4})-(\d{2})-(\d{2})$/
const time = /^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/

const isDate = (text: string): boolean => {
  const [, year, month, day] = date.exec(text) ?? []
  if (year === undefined || month === undefined || day === undefined) return false
  // Where the month hasn't got the day, the last of them is in the next month.
  const found = new Date(0)
  found.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  return found.getUTCMonth() === Number(month) - 1 && found.getUTCDate() === Number(day)
}

const isDateTime = (text: string): boolean =>
  isDate(text.slice(0, 10)) && /^[Tt]$/.test(text.charAt(10)) && time.test(text.slice(11))
