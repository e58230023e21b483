// Joins class names; a later utility wins over an earlier one of the same kind.
import { type ClassValue, clsx } from 'clsx'
import { extendTailwindMerge } from 'tailwind-merge'

// Our own text sizes must not be taken for text colours.
const merge = extendTailwindMerge({ extend: { classGroups: { 'font-size': [{ text: ['2xs', 'xs', 'sm', 'base', 'lg', 'xl'] }] } } })

export function cn(...classes: ClassValue[]): string {
  return merge(clsx(classes))
}
