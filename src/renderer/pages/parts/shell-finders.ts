// What the palette finds on every page: scenes that runs were made of, settings of this page, settings of a run.
import { useMemo } from 'react'
import { matching } from '../../state/find-store.ts'
import { useRunList } from '../../state/queries.ts'
import { useServices, useView } from '../../state/services.tsx'
import type { Settings } from '../../state/settings-store.ts'
import { useFinder } from '../../state/use-finder.ts'
import { goTo } from '../../state/view-store.ts'
import { formGroups } from '../run-form/schema-fields.ts'

const most = 12
const none: readonly never[] = []

/** Choices of a person about this page that the palette sets at once. */
const choices: readonly { readonly title: string; readonly set: Partial<Settings> }[] = [
  { title: 'Theme: dark', set: { theme: 'dark' } },
  { title: 'Theme: light', set: { theme: 'light' } },
  { title: 'Theme: as the system', set: { theme: 'system' } },
  { title: 'Mask colours: vivid', set: { palette: 'vivid' } },
  { title: 'Mask colours: safe for colour vision deficiencies', set: { palette: 'safe' } },
  { title: 'Colour masks by id', set: { colourBy: 'id' } },
  { title: 'Colour masks by level', set: { colourBy: 'level' } },
  { title: 'Colour masks by score', set: { colourBy: 'score' } },
  { title: 'Masks: fill', set: { draw: 'fill' } },
  { title: 'Masks: outline', set: { draw: 'outline' } },
  { title: 'Masks: fill and outline', set: { draw: 'both' } },
  { title: 'Dim the others: on', set: { dimOthers: true } },
  { title: 'Dim the others: off', set: { dimOthers: false } },
]

export function useShellFinders(): void {
  const { view, settings } = useServices()
  const runs = useRunList().data ?? none
  const open = useView(({ route }) => ('runId' in route ? route.runId : undefined))
  const fields = useMemo(() => formGroups().flatMap((group) => group.fields.map((field) => ({ ...field, group: group.title }))), [])
  const findScene = (text: string) => {
    const scenes = new Map(runs.map((run) => [run.scenePath, run.sceneName]))
    return matching(scenes, text, ([path, name]) => `${name} ${path}`, most).map(([path, name]) => ({
      key: path,
      title: `New run on ${name}`,
      note: path,
      act: () => goTo(view, { page: 'new', scene: path }),
    }))
  }
  useFinder('Scenes', findScene, runs)
  useFinder('Settings of this page', (text) =>
    matching(choices, text, (choice) => choice.title, most).map(({ title, set }) => ({
      key: title,
      title,
      act: () => settings.setState(set),
    })),
  )
  useFinder('Settings of a run', (text) =>
    matching(fields, text, (field) => `${field.title} ${field.path}`, most).map((field) => ({
      key: field.path,
      title: `${field.group}: ${field.title}`,
      note: open === undefined ? field.path : `${field.path}, in a new run with the settings of this one`,
      act: () => goTo(view, { page: 'new', scene: runs.find((run) => run.id === open)?.scenePath ?? '', from: open, focus: field.path }),
    })),
  )
}
