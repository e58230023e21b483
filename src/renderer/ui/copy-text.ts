// Puts words where the person can paste them.

/** Throws when the browser refuses; pages that are not secure have no clipboard at all. */
export async function copyText(text: string): Promise<void> {
  if (!('clipboard' in navigator)) throw new Error('no clipboard')
  await navigator.clipboard.writeText(text)
}
