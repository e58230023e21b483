// Tags as a person types them: words between spaces or commas, with or without #, each once.

export function tagsFromText(text: string): string[] {
  const words = text.split(/[\s,]+/).map((word) => word.replace(/^#+/, '').slice(0, 60))
  return [...new Set(words.filter((word) => word !== ''))].slice(0, 50)
}
