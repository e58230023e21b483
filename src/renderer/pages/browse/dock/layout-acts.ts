// What can be done with layouts: choose, keep under a name, delete, share as a file, take from a file, reset.
import { Fault, noteFromError } from '#core/base/fault'
import { useServices, useSettings } from '../../../state/services.tsx'
import { builtInLayouts, usualArrangement, usualName } from '../../../state/layout/built-in-layouts.ts'
import { layoutsFromText, textFromLayouts, withImported } from '../../../state/layout/layout-file.ts'
import { builtInOfName, isAsNamed, layoutOfName, type NamedLayout, withLayout } from '../../../state/layout/named-layouts.ts'
import { Settings } from '../../../state/settings-store.ts'
import { isKnownPanel } from './panel-table.tsx'

/** A layout is a few kilobytes; what is larger is something else. */
const mostBytes = 2 ** 20

export function useLayoutActs() {
  const { settings, mirror } = useServices()
  const { layoutName, layouts, layout } = useSettings((all) => ({
    layoutName: all.layoutName,
    layouts: all.layouts,
    layout: all.layout,
  }))
  const now = (name: string): NamedLayout => {
    const { layout: arrangement, dockHeight } = settings.getState()
    return { name, arrangement, dockHeight }
  }
  const keep = (name: string) => {
    const next = withLayout(settings.getState().layouts, now(name))
    settings.setState({ layouts: next, layoutName: name })
    mirror.tell({ kind: 'done', words: `Kept as “${name}”` })
  }
  const choose = (name: string) => {
    const found = layoutOfName(layouts, name)
    if (!found) return
    settings.setState(({ dockHeight }) => ({ layout: found.arrangement, layoutName: name, dockHeight: found.dockHeight ?? dockHeight }))
  }
  const reset = () => {
    settings.setState({ layout: usualArrangement, layoutName: usualName, dockHeight: Settings.parse({}).dockHeight })
    mirror.tell({ kind: 'done', words: 'The usual layout is back; named layouts are still there' })
  }
  const remove = (name: string) => {
    settings.setState((all) => ({ layouts: all.layouts.filter((one) => one.name !== name) }))
    mirror.tell({ kind: 'done', words: `“${name}” is deleted; ctrl z brings it back` })
  }
  const write = (which: readonly NamedLayout[], name: string) => download(textFromLayouts(which), `${fileName(name)}.layout.json`)
  const take = async (file: File) => {
    try {
      if (file.size > mostBytes) throw new Fault('LAYOUT_FILE_UNREADABLE', { file: file.name, reason: 'it is larger than 1 MiB' })
      const read = layoutsFromText(await file.text(), file.name, isKnownPanel)
      const next = withImported(settings.getState().layouts, read.layouts, file.name)
      settings.setState({ layouts: next })
      const names = read.layouts.map((one) => `“${one.name}”`).join(', ')
      if (read.unknown.length === 0) mirror.tell({ kind: 'done', words: `Taken from ${file.name}: ${names}` })
      else
        mirror.tell({
          kind: 'told',
          words: `Taken from ${file.name}: ${names}. Not known here, and left out: the panels ${read.unknown.join(', ')}.`,
        })
    } catch (error) {
      mirror.tell({ kind: 'fault', fault: noteFromError(error) })
    }
  }
  return {
    layouts,
    builtIn: builtInLayouts,
    chosen: layoutName,
    isChanged: !isAsNamed({ layout, layoutName, layouts }),
    isOwn: layoutName !== '' && builtInOfName(layoutName) === undefined && layouts.some((one) => one.name === layoutName),
    choose,
    keep,
    reset,
    remove,
    take,
    exportNow: () => write([now(layoutName === '' || builtInOfName(layoutName) ? 'My layout' : layoutName)], layoutName || 'layout'),
    exportAll: () => write(layouts, 'layouts'),
  }
}

const fileName = (name: string) => name.replace(/[^\p{L}\p{N} _-]+/gu, '-').slice(0, 60)

function download(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  Object.assign(link, { href: address, download: name })
  link.click()
  // The browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
