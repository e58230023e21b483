// A report as a list of blocks, written as Markdown and as one HTML page.
import type { Table } from './compare-text.ts'

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'table'; readonly rows: Table }
  /** `path` is relative to the report. */
  | { readonly kind: 'picture'; readonly path: string; readonly caption: string }

export function markdownOf(title: string, blocks: readonly Block[]): string {
  const parts = blocks.map((block) => {
    if (block.kind === 'heading') return `## ${md(block.text)}`
    if (block.kind === 'text') return md(block.text)
    if (block.kind === 'picture') return `![${md(block.caption)}](${encodeURI(block.path)})\n\n*${md(block.caption)}*`
    const line = (cells: readonly string[]) => `| ${cells.map(md).join(' | ')} |`
    const [head = [], ...rows] = block.rows
    return [line(head), line(head.map(() => '---')).replaceAll('\\', ''), ...rows.map(line)].join('\n')
  })
  return `${[`# ${md(title)}`, ...parts].join('\n\n')}\n`
}

/** No script and nothing from elsewhere: it opens from a disk as it is. */
export function htmlOf(title: string, blocks: readonly Block[]): string {
  const body = blocks.map((block) => {
    if (block.kind === 'heading') return `<h2>${html(block.text)}</h2>`
    if (block.kind === 'text') return `<p>${html(block.text)}</p>`
    if (block.kind === 'table') return htmlTable(block.rows)
    const caption = html(block.caption)
    return `<figure><img src="${html(encodeURI(block.path))}" alt="${caption}" loading="lazy"><figcaption>${caption}</figcaption></figure>`
  })
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${html(title)}</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 110rem; margin: 2rem auto; padding: 0 1rem }
.scroll { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .25rem .75rem; border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); text-align: left }
figure { margin: 1.5rem 0 } img { max-width: 100%; height: auto }
</style></head><body><h1>${html(title)}</h1>
${body.join('\n')}
</body></html>
`
}

function htmlTable([head = [], ...rows]: Table): string {
  const headRow = head.map((cell) => `<th scope="col">${html(cell)}</th>`).join('')
  const bodyRows = rows.map((row) => `<tr>${row.map((cell) => `<td>${html(cell)}</td>`).join('')}</tr>`).join('\n')
  return `<div class="scroll" tabindex="0"><table><thead><tr>${headRow}</tr></thead><tbody>\n${bodyRows}\n</tbody></table></div>`
}

function md(text: string): string {
  return text.replace(/[\\|<>*_`[\]]/g, (sign) => `\\${sign}`).replace(/\s+/g, ' ')
}

function html(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
