// Settings survive what older versions, other people and full disks leave behind.
import { expect, it } from 'vitest'
import { makeSettingsStore, settingsFromText } from './settings-store.ts'

it('a broken or foreign field falls back alone; the others are kept', () => {
  expect(settingsFromText('{"theme":"light","opacity":7,"colourBy":"smell"}')).toMatchObject({
    theme: 'light',
    opacity: 0.5,
    colourBy: 'id',
  })
})

it('text that is no JSON, or no object, gives the defaults', () => {
  for (const text of ['{', 'null', '[]', '3', null]) expect(settingsFromText(text).theme).toBe('system')
})

it('a storage that refuses to write does not break the page', () => {
  const store = makeSettingsStore({
    getItem: () => null,
    setItem: () => {
      throw new Error('QuotaExceededError')
    },
  })
  store.setState({ theme: 'dark' })
  expect(store.getState().theme).toBe('dark')
})
