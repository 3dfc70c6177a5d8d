/**
 * Checks the formats of text fields in an MCP form. Formats defined by MCP are checked. Any other format is only a
 * display hint, and every text matches it.
 */

/** Whether a text has a format. */
export const fitsFormat = (format: string, text: string): boolean => {
  switch (format) {
    case "email":
      return email.test(text)
    case "uri":
      // `canParse` trims and removes whitespace.
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

// Mail servers have their own rules, so this only requires a part, an @, and a part.
const email = /^[^\s@]+@[^\s@]+$/

const date = /^(\d{4})-(\d{2})-(\d{2})$/
const time = /^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/

const isDate = (text: string): boolean => {
  const [, year, month, day] = date.exec(text) ?? []
  if (year === undefined || month === undefined || day === undefined) return false
  // If the month does not have the day, the date is in the next month.
  const found = new Date(0)
  found.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  return found.getUTCMonth() === Number(month) - 1 && found.getUTCDate() === Number(day)
}

const isDateTime = (text: string): boolean =>
  isDate(text.slice(0, 10)) && /^[Tt]$/.test(text.charAt(10)) && time.test(text.slice(11))
