// Preferences of one person on one machine, kept in the browser's storage under a versioned schema.
import { z } from 'zod'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { usualArrangement, usualName } from './layout/built-in-layouts.ts'
import { Arrangement } from './layout/dock-tree.ts'
import { lookSettings } from './look-settings.ts'
import { NamedLayouts } from './layout/named-layouts.ts'

export const Settings = z.object({
  version: z.literal(1).catch(1),
  theme: z.enum(['system', 'dark', 'light']).catch('system'),
  ...lookSettings,
  leftOpen: z.boolean().catch(true),
  rightOpen: z.boolean().catch(true),
  /** Desktop notifications of runs that ended while the page was out of sight. */
  notify: z.boolean().catch(false),
  /** Frames a second while playing. */
  playRate: z.number().min(0.25).max(60).catch(8),
  /** CSS pixels; the window bounds it further. */
  dockHeight: z.number().min(120).max(900).catch(244),
  /** Whether the dock shows what the stages used. */
  dockResources: z.boolean().catch(true),
  /** Whether the dock shows small pictures of the frames. */
  dockFilm: z.boolean().catch(false),
  /** What those readings are laid over: the frames, or the time they were taken at. */
  dockTime: z.enum(['frames', 'clock']).catch('frames'),
  /** Where the panels of the browse page lie. */
  layout: Arrangement.catch(usualArrangement),
  /** The layout that was chosen last; panels may have been moved since. */
  layoutName: z.string().max(60).catch(usualName),
  layouts: NamedLayouts.catch([]),
  laneSort: z.enum(['first', 'length', 'area', 'score', 'level']).catch('first'),
  /** Which model answers clicks on the picture; empty: what the engine takes. */
  promptModel: z.string().max(300).catch(''),
  /** Filters of objects, as rules. */
  keptFilters: z.array(z.object({ name: z.string(), rule: z.string() })).catch([]),
})
export type Settings = z.infer<typeof Settings>
export type SettingsStore = StoreApi<Settings>

const storageKey = 'scenewright.settings'

/** Settings that cannot be read, or are of another version, fall back field by field; nothing is ever thrown at a page. */
export function makeSettingsStore(storage: Pick<Storage, 'getItem' | 'setItem'>): SettingsStore {
  const store = createStore<Settings>(() => settingsFromText(storage.getItem(storageKey)))
  store.subscribe((settings) => {
    try {
      storage.setItem(storageKey, JSON.stringify(settings))
    } catch {
      // A full or forbidden storage only means that the choice is not remembered.
    }
  })
  return store
}

export function settingsFromText(text: string | null): Settings {
  let value: unknown = {}
  try {
    value = JSON.parse(text ?? '{}')
  } catch {
    value = {}
  }
  return Settings.parse(typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {})
}
