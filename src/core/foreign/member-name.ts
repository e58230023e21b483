// The names of members in foreign archives: which ones are accepted, and in what form.
import { Fault } from '../base/fault.ts'

/** Bytes in UTF-8; longer names are refused, so that a list of names cannot eat the memory. */
const longest = 1024

/**
 * The name with `.` parts and doubled slashes left out, as `a/b`; '' for the root folder itself. Throws FOREIGN_NAME_INVALID for one
 * that is empty, too long, not UTF-8 or has control characters, FOREIGN_NAME_ABSOLUTE for `/a`, `\a` and `c:a`, FOREIGN_NAME_PARENT
 * for one with a `..` part, the backslash taken as a slash.
 */
export function memberName(path: string, stated: string): string {
  const member = () => shownName(stated)
  if (stated === '' || stated.length > longest || hasUnprintable(stated))
    throw new Fault('FOREIGN_NAME_INVALID', { path, member: member() })
  if (/^([/\\]|[A-Za-z]:)/.test(stated)) throw new Fault('FOREIGN_NAME_ABSOLUTE', { path, member: member() })
  if (/(^|[/\\])\.\.([/\\]|$)/.test(stated)) throw new Fault('FOREIGN_NAME_PARENT', { path, member: member() })
  return cleanName(stated)
}

/** Without `.` parts and doubled slashes; nothing is checked. */
export function cleanName(stated: string): string {
  if (!/(^|\/)\.?(\/|$)/.test(stated)) return stated
  return stated
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
}

/** A name from outside, fit for a sentence: quoted, without control characters, never long. */
export function shownName(name: string): string {
  return JSON.stringify(name.length > 120 ? `${name.slice(0, 117)}...` : name)
}

function hasUnprintable(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i)
    // U+FFFD is what a decoder leaves where the bytes were no UTF-8.
    if (code < 32 || code === 127 || code === 0xfffd) return true
  }
  return false
}
