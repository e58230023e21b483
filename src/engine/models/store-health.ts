// What the state of the machine tells of the model store: how many models it has, what they lack, and whether it can be written.
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import type { DoctorLine } from '#api/api'
import { noteFromError, reasonOfError, sentenceOfFault } from '#core/base/fault'
import { formatCount } from '#core/base/format'
import type { ModelStore } from './model-store.ts'

export async function modelStoreLines(store: Pick<ModelStore, 'folder' | 'list'>): Promise<DoctorLine[]> {
  const line = (state: DoctorLine['state'], found: string, remedy?: string): DoctorLine[] => [
    { id: 'models', title: 'Models', state, found, ...(remedy !== undefined && { remedy }) },
  ]
  try {
    const { models, refused } = await store.list()
    if (models.length > 0 || refused.length > 0) {
      const lacking = models.filter(({ missing, problems }) => missing.length > 0 || problems.length > 0).length
      const parts = [
        `${formatCount(models.length - lacking)} ready`,
        lacking > 0 ? `incomplete or changed: ${formatCount(lacking)}` : '',
        refused.length > 0 ? `no model: ${formatCount(refused.length)}` : '',
      ]
      const found = `${parts.filter((part) => part !== '').join(', ')} in ${store.folder}`
      if (lacking > 0 || refused.length > 0)
        return (
          (await writeFault(store.folder)) ?? line('absent', found, '`scenewright models list` and the Models page tell what each lacks.')
        )
      return (await writeFault(store.folder)) ?? line('ok', found)
    }
    return (await writeFault(store.folder)) ?? line('ok', `none in ${store.folder}; every stage has a built-in backend without weights`)
  } catch (error) {
    const { message, remedy } = sentenceOfFault(noteFromError(error))
    return line('broken', message.replace(/\.$/, ''), remedy)
  }

  /** A store that was never used does not exist yet, which is no fault. */
  async function writeFault(folder: string): Promise<DoctorLine[] | undefined> {
    try {
      await access(folder, constants.W_OK)
      return undefined
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      return line(
        'broken',
        `${folder} cannot be written: ${reasonOfError(error)}`,
        'Change its rights, or let SCENEWRIGHT_MODELS name another folder.',
      )
    }
  }
}
