// The report as Markdown and as one HTML page; links are relative to the run folder.
import type { ReportModel } from './report-model.ts'
import type { ReportTable } from './report-table.ts'

export function markdownFromReport(model: ReportModel): string {
  const parts = [`# ${md(model.title)}`, model.facts.map(([name, value]) => `- **${name}**: ${md(value)}`).join('\n')]
  if (model.warnings.length > 0)
    parts.push('## Warnings', model.warnings.map((w) => `- **${md(w.title)}** ${md(w.message)} ${md(w.remedy)}`).join('\n'))
  for (const table of model.tables) parts.push(`## ${table.heading}`, markdownTable(table), ...(table.note ? [table.note] : []))
  parts.push('## Pictures')
  parts.push(...remarksOf(model).map(md))
  for (const level of levelsOf(model)) {
    parts.push(`### Level ${level}`)
    for (const picture of model.pictures.filter((one) => one.level === level)) {
      parts.push(`![${caption(picture)}](${picture.path})`, `*${caption(picture)}*`)
    }
  }
  return `${parts.join('\n\n')}\n`
}

function markdownTable(table: ReportTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(md).join(' | ')} |`
  return [line(table.columns), line(table.columns.map(() => '---')), ...table.rows.map(line)].join('\n')
}

function md(text: string): string {
  return text.replace(/[\\|<>*_`[\]]/g, (sign) => `\\${sign}`)
}

export function htmlFromReport(model: ReportModel): string {
  const facts = model.facts.map(([name, value]) => `<dt>${html(name)}</dt><dd>${html(value)}</dd>`).join('')
  const warnings = model.warnings.map((w) => `<li><b>${html(w.title)}</b> ${html(w.message)} ${html(w.remedy)}</li>`).join('')
  const tables = model.tables.map(htmlTable).join('\n')
  const remarks = remarksOf(model)
    .map((remark) => `<p class="note">${html(remark)}</p>`)
    .join('')
  const pictures = levelsOf(model)
    .map((level) => {
      const figures = model.pictures
        .filter((one) => one.level === level)
        .map(
          (one) =>
            `<figure><a href="${html(one.path)}"><img src="${html(one.path)}" alt="${html(caption(one))}" loading="lazy"></a><figcaption>${html(caption(one))}</figcaption></figure>`,
        )
      return `<h3>Level ${level}</h3><div class="pictures">${figures.join('')}</div>`
    })
    .join('\n')
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${html(model.title)}</title>
<style>
:root{color-scheme:light dark;font:14px/1.5 system-ui,sans-serif}
body{max-width:1080px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}h3{font-size:1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{opacity:.7}dd{margin:0}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid color-mix(in srgb,currentColor 15%,transparent);vertical-align:top}
th{font-weight:600}p.note{opacity:.7}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:12px}
figure{margin:0}img{width:100%;height:auto;display:block}figcaption{opacity:.7;font-size:12px}
</style></head><body>
<h1>${html(model.title)}</h1>
<dl>${facts}</dl>
${warnings ? `<h2>Warnings</h2><ul>${warnings}</ul>` : ''}
${tables}
<h2>Pictures</h2>
${remarks}${pictures}
</body></html>
`
}

function htmlTable(table: ReportTable): string {
  const head = table.columns.map((column) => `<th>${html(column)}</th>`).join('')
  const body = table.rows.map((row) => `<tr>${row.map((cell) => `<td>${html(cell)}</td>`).join('')}</tr>`).join('')
  return `<h2>${html(table.heading)}</h2><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>${table.note ? `<p class="note">${html(table.note)}</p>` : ''}`
}

function html(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

/** Why pictures are missing, before those that are there. */
function remarksOf({ pictures, warnings, notes }: ReportModel): readonly string[] {
  const none = warnings.filter(({ code }) => code?.startsWith('PREVIEW_')).map(({ message, remedy }) => `${message} ${remedy}`)
  if (pictures.length === 0 && none.length === 0) return ['No pictures: they were set to 0 (stages.report.pictures).', ...notes]
  return [...none, ...notes]
}

function levelsOf(model: ReportModel): number[] {
  return [...new Set(model.pictures.map((picture) => picture.level))].sort((a, b) => a - b)
}

function caption(picture: ReportModel['pictures'][number]): string {
  return `Frame ${picture.frameIndex} (${picture.frameName}), ${picture.maskCount} masks`
}
