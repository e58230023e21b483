// Gives a file to the person by the browser's own way of saving.

export function saveFile(content: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  // The browser takes it over in the same task.
  URL.revokeObjectURL(link.href)
}

/** What every system takes as a name of a file. */
export function fileNameOf(words: string): string {
  return words.replaceAll(/[^\w.-]+/g, '_').slice(0, 120)
}
